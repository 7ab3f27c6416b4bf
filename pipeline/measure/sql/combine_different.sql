-- rows of {table} with the key of an earlier source's row and other content: both rows, cell by cell
SELECT b._file, b._line, b._row, {value}, files.name, a._line, [{theirs}], [{own}]
FROM combined c
JOIN {table} a ON a._file = c.head_file AND a._row = c.head_number
JOIN {table} b ON b._file = c.file AND b._row = c.number
JOIN files ON files.file = a._file
WHERE NOT c.alike
ORDER BY b._file, b._row
