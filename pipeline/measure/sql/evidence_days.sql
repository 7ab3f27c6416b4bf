-- each node under each operator: for every day it was active, in no order, the day counted from 0, and its slots expected, up, missing and taken out by maintenance
SELECT node_id, operator_id, list([day, expected, up, missing, maintenance])
FROM (
    SELECT node_id, operator_id, (day - getvariable('first_day'))::BIGINT AS day, sum(expected)::BIGINT AS expected,
           sum(up)::BIGINT AS up, sum(missing)::BIGINT AS missing, sum(maintenance)::BIGINT AS maintenance
    FROM node_slots GROUP BY node_id, operator_id, day
)
GROUP BY node_id, operator_id
ORDER BY node_id, operator_id
