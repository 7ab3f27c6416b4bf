-- rows of {table} whose {column} names nothing in {target}
SELECT _file, _line, _row, '{column}' AS "column", {column} AS value,
       'is no {key} of {target}; correct it, or add the row that it names' AS message
FROM {table}
WHERE {column} IS NOT NULL AND {where}
  AND NOT EXISTS (SELECT 1 FROM {target} WHERE {target}.{key} = {table}.{column})
ORDER BY _file, _row
