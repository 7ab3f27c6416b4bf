-- what became of a file's samples: used by an operator, outside the period, idle (node known, not active that day), unknown node
INSERT INTO sample_counts
SELECT getvariable('file'), node_id, operator_id, 'used', samples
FROM scanned JOIN stays USING (node_id)
WHERE node_id NOT IN (SELECT node_id FROM odd_nodes) AND node_id IN (SELECT node_id FROM nodes)
UNION ALL
SELECT getvariable('file'), node_id, NULL, 'unknown', samples
FROM scanned
WHERE node_id NOT IN (SELECT node_id FROM odd_nodes) AND node_id NOT IN (SELECT node_id FROM nodes)
UNION ALL
SELECT getvariable('file'), odd.node_id, d.operator_id,
       CASE WHEN odd.day IS NULL THEN 'outside'
            WHEN d.operator_id IS NOT NULL THEN 'used'
            WHEN odd.node_id IN (SELECT node_id FROM nodes) THEN 'idle'
            ELSE 'unknown'
       END AS fate,
       sum(samples)
FROM odd_days odd
LEFT JOIN node_days d ON d.node_id = odd.node_id AND d.day = getvariable('first_day') + odd.day
GROUP BY odd.node_id, d.operator_id, fate
