-- samples by day of the nodes that need it; day is null outside the period, alien counts instants that no file may hold
CREATE OR REPLACE TABLE odd_days AS
SELECT node_id, day, count(*) AS samples, count(*) - count(*) FILTER (us BETWEEN getvariable('earliest_us') AND getvariable('latest_us')) AS alien
FROM (
    SELECT node_id, us,
           CASE WHEN us >= getvariable('begins_us') AND us < getvariable('ends_us')
                THEN ((us - getvariable('begins_us')) // 86400000000)::INTEGER
           END AS day
    FROM (SELECT node_id, epoch_us(sampled_at) AS us FROM {source})
    WHERE node_id IN (SELECT node_id FROM odd_nodes)
)
GROUP BY node_id, day
