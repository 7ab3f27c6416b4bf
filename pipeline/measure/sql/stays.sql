-- the days of the period on which a node was active under an operator, as ranges: a row per row of nodes
CREATE TABLE stays AS
SELECT n.node_id, n.operator_id, o.region, n.location, n.active_from,
       greatest(n.active_from, o.joined_on, getvariable('first_day')) AS first_on,
       least(n.last_active_day, o.last_active_day, getvariable('last_day')) AS last_on
FROM nodes n JOIN operators o USING (operator_id)
WHERE greatest(n.active_from, o.joined_on, getvariable('first_day'))
   <= least(n.last_active_day, o.last_active_day, getvariable('last_day'))
