-- slots of the longest stretch in which no active node has a sample, each expected of a node; 0 without any
SELECT coalesce(max(slots), 0)
FROM (
    SELECT count(*) AS slots
    FROM (SELECT slot - row_number() OVER (ORDER BY slot) AS stretch FROM silent_slots)
    GROUP BY stretch
)
