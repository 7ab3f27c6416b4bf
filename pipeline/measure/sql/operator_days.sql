-- active nodes of an operator on each day of the period that has any
SELECT operator_id, day, count(*) FROM node_days GROUP BY operator_id, day ORDER BY operator_id, day
