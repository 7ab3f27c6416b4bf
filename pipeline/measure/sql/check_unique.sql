-- rows of {table} whose key ({keys}) an earlier row has already
WITH repeated AS (
    SELECT t._file, t._line, {value} AS value,
           first_value(t._file) OVER same AS first_at,
           first_value(t._line) OVER same AS first_line,
           row_number() OVER same AS nth
    FROM {table} t JOIN (SELECT {keys} FROM {table} GROUP BY {keys} HAVING count(*) > 1) USING ({keys})
    WINDOW same AS (PARTITION BY {keys} ORDER BY t._file, t._line)
)
SELECT r._file, r._line, '{column}' AS "column", r.value,
       'stands at ' || files.name || ':' || r.first_line || ' already; {rule}' AS message
FROM repeated r JOIN files ON files.file = r.first_at
WHERE r.nth > 1
ORDER BY r._file, r._line
