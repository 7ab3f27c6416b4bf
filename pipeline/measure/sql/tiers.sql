-- tiers of operators, by day
SELECT operator_id, tier, from_on FROM tiers ORDER BY operator_id, from_on
