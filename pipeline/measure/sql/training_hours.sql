-- hours of training that each operator completed in the period
SELECT operator_id, sum(hours)::VARCHAR
FROM trainings
WHERE completed_on BETWEEN getvariable('first_day') AND getvariable('last_day')
GROUP BY operator_id
ORDER BY operator_id
