-- trainings completed in the period, and every certification and recertification before it
SELECT training_id, operator_id, completed_on, kind, hours::VARCHAR, coalesce(title, '')
FROM trainings
WHERE completed_on <= getvariable('last_day') AND (completed_on >= getvariable('first_day') OR kind <> 'course')
ORDER BY operator_id, completed_on, training_id
