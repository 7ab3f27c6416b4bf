-- adjustments of the period and of earlier ones
SELECT adjustment_id, payee_kind, payee_id, period, amount::VARCHAR, reason, approved_by, coalesce(for_period, '')
FROM adjustments
WHERE period <= getvariable('period')
ORDER BY adjustment_id
