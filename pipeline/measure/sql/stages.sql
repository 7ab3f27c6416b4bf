-- the stage of each person on the period's last day, with the latest name given up to it
SELECT s.operator_id, coalesce(arg_max(s.name, s.from_on), any_value(o.name), ''), arg_max(s.stage, s.from_on), max(s.from_on)
FROM stages s LEFT JOIN operators o USING (operator_id)
WHERE s.from_on <= getvariable('last_day')
GROUP BY s.operator_id
ORDER BY s.operator_id
