-- maintenance windows that touch the period
SELECT window_id, scope, coalesce(reason, ''), epoch_us(starts_at), epoch_us(ends_at)
FROM maintenance
WHERE starts_at < getvariable('ends') AND ends_at > getvariable('begins')
ORDER BY starts_at, window_id
