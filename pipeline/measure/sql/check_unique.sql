-- rows of {table} whose key ({keys}) an earlier row has already
SELECT t._file, t._line, '{column}' AS "column", {value} AS value,
       'stands at ' || first_file.name || ':' || t.first_line || ' already; {rule}' AS message
FROM (
    SELECT *,
           first_value(_file) OVER same AS first_at,
           first_value(_line) OVER same AS first_line,
           row_number() OVER same AS nth
    FROM {table}
    WINDOW same AS (PARTITION BY {keys} ORDER BY _file, _line)
) t
JOIN files first_file ON first_file.file = t.first_at
WHERE t.nth > 1
ORDER BY t._file, t._line
