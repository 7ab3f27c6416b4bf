-- review scores of the period's quarter
SELECT operator_id, score::VARCHAR FROM reviews WHERE "quarter" = getvariable('quarter') ORDER BY operator_id
