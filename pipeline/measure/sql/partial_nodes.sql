-- nodes that were not active all the period under one operator: their samples are counted by day
CREATE TABLE partial_nodes AS
SELECT node_id
FROM nodes
WHERE node_id NOT IN (
    SELECT node_id FROM stays
    WHERE first_on = getvariable('first_day') AND last_on = getvariable('last_day')
)
GROUP BY node_id
