-- of an operator that left: the latest day, in all its history, with an active node, and the nodes of that day
WITH history AS (
    SELECT o.operator_id, greatest(n.active_from, o.joined_on) AS first_on, least(n.last_active_day, o.last_active_day) AS last_on
    FROM operators o JOIN nodes n USING (operator_id)
    WHERE o.last_active_day IS NOT NULL
), latest AS (
    SELECT operator_id, max(last_on) AS day FROM history WHERE first_on <= last_on GROUP BY operator_id
)
SELECT l.operator_id, l.day, count(*)
FROM latest l JOIN history h ON h.operator_id = l.operator_id AND l.day BETWEEN h.first_on AND h.last_on
GROUP BY l.operator_id, l.day
ORDER BY l.operator_id
