-- rows of a node that begin within another row of it, whoever the operators are
SELECT late._file, late._line, late._row, 'active_from' AS "column", late.active_from::VARCHAR AS value,
       'is within the row of ' || late.node_id || ' at ' || files.name || ':' || late.first_line
       || '; rows of one node must not overlap, so end that one before this day' AS message
FROM (
    SELECT l._file, l._line, l._row, l.node_id, l.active_from,
           min((e._file, e._line)) AS first_row, first_row[1] AS first_at, first_row[2] AS first_line
    FROM nodes l
    JOIN nodes e ON e.node_id = l.node_id AND e.active_from < l.active_from
                AND (e.last_active_day IS NULL OR e.last_active_day >= l.active_from)
    GROUP BY l._file, l._line, l._row, l.node_id, l.active_from
) late
JOIN files ON files.file = late.first_at
ORDER BY late._file, late._row
