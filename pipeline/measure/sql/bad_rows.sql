-- takes the rejected rows out of {table}
DELETE FROM {table} WHERE (_file, _line) IN (SELECT (file, line) FROM bad_rows)
