-- slots of each operator: the sum over its nodes
SELECT operator_id, sum(expected)::BIGINT, sum(up)::BIGINT, sum(missing)::BIGINT, sum(maintenance)::BIGINT
FROM node_slots GROUP BY operator_id ORDER BY operator_id
