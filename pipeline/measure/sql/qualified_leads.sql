-- qualified leads of each partner by month, up to the period
SELECT source_id, date_trunc('month', qualified_on)::DATE AS month, count(*)
FROM leads
WHERE source_kind = 'partner' AND qualified_on <= getvariable('last_day')
GROUP BY source_id, month
ORDER BY source_id, month
