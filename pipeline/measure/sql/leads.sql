-- leads by source: qualified in the period, converted in the period
SELECT source_kind, source_id,
       count(*) FILTER (qualified_on BETWEEN getvariable('first_day') AND getvariable('last_day')),
       count(*) FILTER (converted_on BETWEEN getvariable('first_day') AND getvariable('last_day'))
FROM leads
WHERE source_id IS NOT NULL
GROUP BY source_kind, source_id
ORDER BY source_kind, source_id
