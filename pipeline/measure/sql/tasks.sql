-- tasks of each operator that were dispatched in the period, by outcome
SELECT operator_id,
       count(*) FILTER (status = 'succeeded'), count(*) FILTER (status = 'failed'),
       count(*) FILTER (status = 'expired'), count(*) FILTER (status = 'cancelled')
FROM tasks
WHERE dispatched_at >= getvariable('begins') AND dispatched_at < getvariable('ends')
GROUP BY operator_id
ORDER BY operator_id
