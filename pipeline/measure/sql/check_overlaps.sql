-- rows of a node that begin within another row of it, whoever the operators are
SELECT late._file, late._line, 'active_from' AS "column", late.active_from::VARCHAR AS value,
       'is within the row of ' || late.node_id || ' at ' || min_by(files.name || ':' || early._line, early._file * 1000000000000 + early._line)
       || '; rows of one node must not overlap: end the earlier one before this day' AS message
FROM nodes late
JOIN nodes early ON early.node_id = late.node_id AND early.active_from < late.active_from
                AND (early.last_active_day IS NULL OR early.last_active_day >= late.active_from)
JOIN files ON files.file = early._file
GROUP BY ALL
ORDER BY late._file, late._line
