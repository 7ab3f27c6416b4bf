-- rows of each file by what became of them: used, outside the period, unmatched; a repeated row with the one that it repeats
WITH fates AS (
    SELECT _file, _row, if(joined_on <= getvariable('last_day'), 'used', 'outside') AS fate FROM operators
    UNION ALL
    SELECT _file, _row, if(from_on <= getvariable('last_day'), 'used', 'outside') FROM tiers
    UNION ALL
    SELECT n._file, n._row,
           CASE WHEN s.node_id IS NOT NULL THEN 'used'
                WHEN greatest(n.active_from, getvariable('first_day')) > least(n.last_active_day, getvariable('last_day')) THEN 'outside'
                ELSE 'unmatched'
           END
    FROM nodes n LEFT JOIN stays s ON s.node_id = n.node_id AND s.active_from = n.active_from
    UNION ALL
    SELECT _file, _row,
           CASE WHEN starts_at >= getvariable('ends') OR ends_at <= getvariable('begins') THEN 'outside'
                WHEN window_id IN (SELECT window_id FROM covering_windows) THEN 'used'
                ELSE 'unmatched'
           END
    FROM maintenance
    UNION ALL
    SELECT _file, _row,
           CASE WHEN opened_at < getvariable('begins') OR opened_at >= getvariable('ends') THEN 'outside'
                WHEN incident_id IN (SELECT incident_id FROM incident_nodes WHERE operator_id IS NOT NULL) THEN 'used'
                ELSE 'unmatched'
           END
    FROM incidents
    UNION ALL
    SELECT _file, _row, if(dispatched_at >= getvariable('begins') AND dispatched_at < getvariable('ends'), 'used', 'outside') FROM tasks
    UNION ALL
    SELECT _file, _row, if(since <= getvariable('last_day'), 'used', 'outside') FROM partners
    UNION ALL
    SELECT _file, _row, if(from_on <= getvariable('last_day'), 'used', 'outside') FROM partner_tiers
    UNION ALL
    SELECT _file, _row, if(referred_on <= getvariable('last_day'), 'used', 'outside') FROM referrals
    UNION ALL
    SELECT _file, _row, if(least(created_on, qualified_on, converted_on) <= getvariable('last_day'), 'used', 'outside') FROM leads
    UNION ALL
    SELECT _file, _row, if(least(starts_on, onboarded_on) <= getvariable('last_day'), 'used', 'outside') FROM mentorships
    UNION ALL
    SELECT _file, _row, if("quarter" = getvariable('quarter'), 'used', 'outside') FROM reviews
    UNION ALL
    SELECT _file, _row, if(booked_on BETWEEN getvariable('first_day') AND getvariable('last_day'), 'used', 'outside') FROM revenue
    UNION ALL
    SELECT _file, _row, if(period = getvariable('period'), 'used', 'outside') FROM adjustments
    UNION ALL
    SELECT _file, _row, if(period = getvariable('period'), 'used', 'outside') FROM returns
    UNION ALL
    SELECT _file, _row, if(completed_on BETWEEN getvariable('first_day') AND getvariable('last_day'), 'used', 'outside') FROM trainings
    UNION ALL
    SELECT _file, _row, if(held_on BETWEEN getvariable('first_day') AND getvariable('last_day'), 'used', 'outside') FROM activities
    UNION ALL
    SELECT _file, _row, if(period = getvariable('period'), 'used', 'outside') FROM notes
    UNION ALL
    SELECT _file, _row, if(from_on <= getvariable('last_day'), 'used', 'outside') FROM stages
    UNION ALL
    SELECT _file, _row, 'used' FROM confirmations
    UNION ALL
    SELECT _file, _row, 'used' FROM balances
)
SELECT _file, fate, count(*)
FROM (
    SELECT _file, fate FROM fates
    UNION ALL
    SELECT r.file, f.fate FROM repeats r JOIN fates f ON f._file = r.head_file AND f._row = r.head_number
)
GROUP BY _file, fate
ORDER BY _file, fate
