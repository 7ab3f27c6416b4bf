-- a bit per slot of the batch and node, from one heartbeat file
-- Bit 0 stands for a sample before the batch, bit 1 for its first slot, and the
-- one behind its last slot for a sample after it. A sample that says up is so
-- many bits further up. Repeats set a bit again; a doubtful row has no bit.
CREATE OR REPLACE TABLE scanned AS
SELECT node_id, count(*) AS samples, count(bit) AS usable, bitstring_agg(bit, 0, getvariable('last_bit')) AS bits
FROM (
    SELECT node_id,
           CASE WHEN us < getvariable('batch_begins') THEN 0
                WHEN us >= getvariable('batch_ends') THEN getvariable('batch_slots') + 1
                ELSE (us - getvariable('before_batch')) // getvariable('slot_us')
           END + getvariable('half') * up::BIGINT AS bit
    FROM (SELECT node_id, epoch_us(sampled_at) AS us, up FROM {source})
)
GROUP BY node_id
