-- maintenance windows whose scope names an operator or node that is not there; a region without operators is no row of a dataset, and its window only covers nothing
SELECT w._file, w._line, w._row, 'scope' AS "column", w.scope AS value,
       CASE split_part(w.scope, ':', 1)
           WHEN 'operator' THEN 'names no operator_id of operators'
           ELSE 'names no node_id of nodes'
       END || '; correct it, or add the row that it names' AS message
FROM (SELECT *, substr(scope, strpos(scope, ':') + 1) AS named FROM maintenance) w
WHERE CASE split_part(w.scope, ':', 1)
          WHEN 'operator' THEN w.named NOT IN (SELECT operator_id FROM operators)
          WHEN 'node' THEN w.named NOT IN (SELECT node_id FROM nodes)
          ELSE false
      END
ORDER BY w._file, w._row
