-- maintenance windows of the period with a node that they cover on a day it was active
CREATE TABLE covering_windows AS
SELECT DISTINCT w.window_id
FROM maintenance w
JOIN stays s ON (w.scope = 'fleet' OR w.scope = 'region:' || s.region OR w.scope = 'operator:' || s.operator_id OR w.scope = 'node:' || s.node_id)
            AND w.starts_at < (s.last_on + 1)::TIMESTAMPTZ AND w.ends_at > s.first_on::TIMESTAMPTZ
