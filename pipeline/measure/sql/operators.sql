-- operators as they stand
SELECT operator_id, name, region, joined_on, certified_on, last_active_day, coalesce(exit_kind, ''), notice_on,
       coalesce(commitment_months, 0), coalesce(agreement, ''), coalesce(chain, ''), coalesce(wallet, '')
FROM operators ORDER BY operator_id
