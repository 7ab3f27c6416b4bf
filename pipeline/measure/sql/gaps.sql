-- stretches of slots, each expected of a node, in which no active node has a sample: first and last slot
SELECT min(slot), max(slot)
FROM (SELECT slot, slot - row_number() OVER (ORDER BY slot) AS stretch FROM silent_slots)
GROUP BY stretch
HAVING (max(slot) - min(slot) + 1) * (getvariable('slot_us') // 1000000) >= getvariable('gap_seconds')
ORDER BY 1
