-- a bit per slot of the batch and node, from one heartbeat file: slots in which a sample says up, and in which one says down
-- Bit 0 stands for a sample before the period, bit 1 for one before the batch,
-- bit 2 for the batch's first slot; the two behind its last slot stand for a
-- sample after the batch, and after the period. Repeats set a bit again; a
-- doubtful row has none, and shows in complete or flagged.
CREATE OR REPLACE TABLE scanned AS
SELECT node_id, count(*) AS samples, count(bit) AS complete, count(up) AS flagged,
       bitstring_agg(bit, 0, getvariable('bits') - 1) FILTER (up) AS up,
       bitstring_agg(bit, 0, getvariable('bits') - 1) FILTER (NOT up) AS down
FROM (
    SELECT node_id, up,
           CASE WHEN us < getvariable('begins_us') THEN 0
                WHEN us >= getvariable('ends_us') THEN getvariable('batch_slots') + 3
                WHEN us < getvariable('batch_begins') THEN 1
                WHEN us >= getvariable('batch_ends') THEN getvariable('batch_slots') + 2
                ELSE (us - getvariable('before_batch')) // getvariable('slot_us')
           END AS bit
    FROM (SELECT node_id, epoch_us(sampled_at) AS us, up FROM {source} WHERE {rows})
)
GROUP BY node_id
