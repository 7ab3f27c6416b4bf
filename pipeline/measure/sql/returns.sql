-- returns of the period and of earlier ones
SELECT return_id, payment_id, period, reason, approved_by
FROM returns
WHERE period <= getvariable('period')
ORDER BY return_id
