-- referrals by partner
SELECT partner_id, referral_id, operator_id, referred_on FROM referrals ORDER BY partner_id, referral_id
