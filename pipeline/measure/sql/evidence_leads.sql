-- leads created, qualified or converted in the period
SELECT lead_id, source_kind, coalesce(source_id, ''), channel, created_on, qualified_on, converted_on,
       coalesce(customer, ''), revenue::VARCHAR
FROM leads
WHERE created_on BETWEEN getvariable('first_day') AND getvariable('last_day')
   OR qualified_on BETWEEN getvariable('first_day') AND getvariable('last_day')
   OR converted_on BETWEEN getvariable('first_day') AND getvariable('last_day')
ORDER BY lead_id
