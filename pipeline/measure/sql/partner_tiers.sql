-- tiers of partners, by day
SELECT partner_id, tier, from_on FROM partner_tiers ORDER BY partner_id, from_on
