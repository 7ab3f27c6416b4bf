-- takes the rejected rows out of {table}
DELETE FROM {table} WHERE (_file, _row) IN (SELECT (file, number) FROM bad_rows)
