-- activities held in the period
SELECT activity_id, partner_id, held_on, kind, coalesce(title, '')
FROM activities
WHERE held_on BETWEEN getvariable('first_day') AND getvariable('last_day')
ORDER BY partner_id, held_on, activity_id
