-- nodes of a file whose samples must be counted by day: not active all the period, or with samples outside the period
CREATE OR REPLACE TABLE odd_nodes AS
SELECT node_id FROM scanned
WHERE node_id IN (SELECT node_id FROM partial_nodes)
   OR get_bit(up, getvariable('batch_bits')::INTEGER) = 1 OR get_bit(up, (getvariable('batch_bits') + 3)::INTEGER) = 1
   OR get_bit(down, getvariable('batch_bits')::INTEGER) = 1 OR get_bit(down, (getvariable('batch_bits') + 3)::INTEGER) = 1
