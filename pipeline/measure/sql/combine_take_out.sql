-- takes the rows out of {table} that an earlier source has
DELETE FROM {table} WHERE (_file, _row) IN (SELECT (file, number) FROM combined)
