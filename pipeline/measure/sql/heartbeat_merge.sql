-- the bits of a node from all files so far
CREATE OR REPLACE TABLE beats AS
SELECT node_id, bit_or(bits) AS bits
FROM (
    SELECT node_id, bits FROM beats
    UNION ALL
    SELECT node_id, bits FROM scanned WHERE node_id IN (SELECT node_id FROM stays)
)
GROUP BY node_id
