-- partners as they stand
SELECT partner_id, name, region, since, coalesce(operator_id, ''), coalesce(agreement, ''), coalesce(chain, ''), coalesce(wallet, '')
FROM partners ORDER BY partner_id
