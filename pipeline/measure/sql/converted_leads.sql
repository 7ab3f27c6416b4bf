-- leads with a source that were converted in the period, with their revenue
SELECT lead_id, source_kind, source_id, revenue::VARCHAR
FROM leads
WHERE source_id IS NOT NULL AND converted_on BETWEEN getvariable('first_day') AND getvariable('last_day')
ORDER BY lead_id
