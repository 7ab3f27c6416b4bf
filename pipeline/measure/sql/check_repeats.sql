-- repeated rows, each with the row that it repeats
SELECT r.file, r.line, r.number, r.value, r.head_file, r.head_number, files.name, r.head_line
FROM repeats r JOIN files ON files.file = r.head_file
ORDER BY r.file, r.number
