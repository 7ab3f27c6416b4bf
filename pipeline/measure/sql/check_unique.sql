-- rows of {table} whose key ({keys}) an earlier row of the same source has already
WITH repeated AS (
    SELECT t._file, t._line, t._row, {value} AS value,
           first_value(t._file) OVER same AS first_at,
           first_value(t._line) OVER same AS first_line,
           row_number() OVER same AS nth
    FROM {table} t JOIN (SELECT {keys} FROM {table} GROUP BY {keys} HAVING count(*) > 1) USING ({keys})
    JOIN files ON files.file = t._file
    WINDOW same AS (PARTITION BY {keys}, files.source ORDER BY t._file, t._row)
)
SELECT r._file, r._line, r._row, '{column}' AS "column", r.value,
       'stands at ' || files.name || ':' || r.first_line || ' already; {rule}' AS message
FROM repeated r JOIN files ON files.file = r.first_at
WHERE r.nth > 1
ORDER BY r._file, r._row
