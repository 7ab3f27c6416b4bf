-- a bit per slot of the batch and node, from one heartbeat file: slots in which a sample says up, and in which one says down
-- Behind the bits of the batch's pieces stand four: for a sample before the
-- period, before the batch, after the batch, and after the period. Repeats set a
-- bit again; a doubtful row has none, and shows in complete or flagged.
CREATE OR REPLACE TABLE scanned AS
SELECT node_id, count(*) AS samples, count(bit) AS complete, count(up) AS flagged,
       bitstring_agg(bit, 0, getvariable('batch_bits') + 7) FILTER (up) AS up,
       bitstring_agg(bit, 0, getvariable('batch_bits') + 7) FILTER (NOT up) AS down
FROM (
    SELECT node_id, up,
           CASE WHEN us < getvariable('begins_us') THEN getvariable('batch_bits')
                WHEN us >= getvariable('ends_us') THEN getvariable('batch_bits') + 3
                WHEN us < getvariable('batch_begins') THEN getvariable('batch_bits') + 1
                WHEN us >= getvariable('batch_ends') THEN getvariable('batch_bits') + 2
                WHEN getvariable('day_pad') = 0 THEN (us - getvariable('batch_begins')) // getvariable('slot_us')
                ELSE (us - getvariable('begins_us')) // getvariable('slot_us')
                   + (us - getvariable('begins_us')) // 86400000000 * getvariable('day_pad')
                   - getvariable('first_piece') * getvariable('piece_bits')
           END AS bit
    FROM (SELECT node_id, epoch_us(sampled_at) AS us, up FROM {source} WHERE {rows})
)
GROUP BY node_id
