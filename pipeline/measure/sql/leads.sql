-- leads by source of kind {kind}: qualified in the period, converted in the period
SELECT source_id,
       count(*) FILTER (qualified_on BETWEEN getvariable('first_day') AND getvariable('last_day')),
       count(*) FILTER (converted_on BETWEEN getvariable('first_day') AND getvariable('last_day'))
FROM leads
WHERE source_kind = '{kind}'
GROUP BY source_id
ORDER BY source_id
