-- rows of {table} whose key ({keys}) a row of an earlier source has: that row, and whether the two are alike
-- Within a source only the first row of a key is compared; its others are
-- rejected as they are. Without a key the nth of several alike is compared with
-- the nth of the other source.
CREATE OR REPLACE TABLE combined AS
WITH numbered AS (
    SELECT t._file AS file, t._row AS number, files.source, {columns},
           row_number() OVER (PARTITION BY {columns}, files.source ORDER BY t._file, t._row) AS nth
    FROM {table} t JOIN files ON files.file = t._file
), headed AS (
    SELECT file, number, first_value(file) OVER same AS head_file, first_value(number) OVER same AS head_number, row_number() OVER same AS place
    FROM numbered
    WHERE {compared}
    WINDOW same AS (PARTITION BY {columns}, nth ORDER BY source)
)
SELECT h.file, h.number, h.head_file, h.head_number, {alike} AS alike
FROM headed h
JOIN {table} a ON a._file = h.head_file AND a._row = h.head_number
JOIN {table} b ON b._file = h.file AND b._row = h.number
WHERE h.place > 1;

INSERT INTO repeats
SELECT c.file, c.number, b._line, c.head_file, c.head_number, a._line, {value}
FROM combined c
JOIN {table} a ON a._file = c.head_file AND a._row = c.head_number
JOIN {table} b ON b._file = c.file AND b._row = c.number
WHERE c.alike;
