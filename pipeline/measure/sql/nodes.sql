-- each node under each operator with an active day in the period: days, samples, slots
SELECT s.node_id, s.operator_id, coalesce(s.location, ''), s.days, coalesce(c.samples, 0),
       l.expected, l.up, l.missing, l.maintenance
FROM (
    SELECT node_id, operator_id, sum(last_on - first_on + 1)::BIGINT AS days, arg_max_null(location, active_from) AS location
    FROM stays GROUP BY node_id, operator_id
) s
JOIN (
    SELECT node_id, operator_id, sum(expected)::BIGINT AS expected, sum(up)::BIGINT AS up,
           sum(missing)::BIGINT AS missing, sum(maintenance)::BIGINT AS maintenance
    FROM node_slots GROUP BY node_id, operator_id
) l USING (node_id, operator_id)
LEFT JOIN (
    SELECT node_id, operator_id, sum(samples)::BIGINT AS samples
    FROM sample_counts WHERE fate = 'used' GROUP BY node_id, operator_id
) c USING (node_id, operator_id)
ORDER BY s.node_id, s.operator_id
