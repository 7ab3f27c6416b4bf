-- the bits of a node from all files so far
CREATE OR REPLACE TABLE beats AS
SELECT node_id, bit_or(up) AS up, bit_or(down) AS down
FROM (
    SELECT node_id, up, down FROM beats
    UNION ALL
    SELECT node_id, up, down FROM scanned WHERE node_id IN (SELECT node_id FROM stays)
)
GROUP BY node_id;

DROP TABLE scanned;
