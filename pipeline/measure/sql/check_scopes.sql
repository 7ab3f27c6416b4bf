-- maintenance windows whose scope names a region, operator or node that is not there
SELECT w._file, w._line, 'scope' AS "column", w.scope AS value,
       CASE split_part(w.scope, ':', 1)
           WHEN 'region' THEN 'names a region that no operator is in'
           WHEN 'operator' THEN 'names no operator_id of operators'
           ELSE 'names no node_id of nodes'
       END || '; correct it, or add the row that it names' AS message
FROM (SELECT *, substr(scope, strpos(scope, ':') + 1) AS named FROM maintenance) w
WHERE CASE split_part(w.scope, ':', 1)
          WHEN 'region' THEN w.named NOT IN (SELECT region FROM operators)
          WHEN 'operator' THEN w.named NOT IN (SELECT operator_id FROM operators)
          WHEN 'node' THEN w.named NOT IN (SELECT node_id FROM nodes)
          ELSE false
      END
ORDER BY w._file, w._line
