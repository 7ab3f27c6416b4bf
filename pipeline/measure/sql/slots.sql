-- slots of the batch by node, operator and day, expected, up, missing and taken out by maintenance; and those in which the fleet is silent
-- One pass gives both, and leaves the pieces for what comes after: each piece of a
-- node has its counts, and its bits are combined over the nodes. A count of bits
-- takes as long as there are ones, so what is rare is counted.
CREATE TABLE pieces AS
WITH beaten AS (
    SELECT node_id, up::BLOB AS up, down::BLOB AS down FROM beats
), masked AS (
    SELECT d.node_id, d.operator_id, d.day, p.piece, p.slots, p.bits AS active,
           bitstring('0', getvariable('piece_bits')::INTEGER) AS none,
           coalesce(fleet.piece, region.piece, operator.piece, node.piece) IS NOT NULL AS maintained,
           CASE WHEN maintained THEN active & ~(coalesce(fleet.bits, none) | coalesce(region.bits, none) | coalesce(operator.bits, none) | coalesce(node.bits, none))
                ELSE active
           END AS expected,
           p.piece * getvariable('piece_bits') // 8 + 1 AS first_byte,
           (p.piece + 1) * getvariable('piece_bits') // 8 AS last_byte,
           array_slice(b.up, first_byte, last_byte)::BIT AS up_bits,
           array_slice(b.down, first_byte, last_byte)::BIT AS down_bits,
           coalesce(up_bits, none) AS up,
           coalesce(up_bits | down_bits, up_bits, down_bits, none) AS sampled
    FROM node_days d
    JOIN batch_pieces p ON p.day = d.day
    LEFT JOIN beaten b ON b.node_id = d.node_id
    LEFT JOIN scope_masks fleet ON fleet.piece = p.piece AND fleet.scope = 'fleet'
    LEFT JOIN scope_masks region ON region.piece = p.piece AND region.scope = 'region:' || d.region
    LEFT JOIN scope_masks operator ON operator.piece = p.piece AND operator.scope = 'operator:' || d.operator_id
    LEFT JOIN scope_masks node ON node.piece = p.piece AND node.scope = 'node:' || d.node_id
)
SELECT node_id, operator_id, day, piece, slots,
       CASE WHEN maintained THEN bit_count(active & ~expected) ELSE 0 END AS maintenance,
       bit_count(expected & ~up) AS not_up,
       bit_count(expected & ~sampled) AS missing,
       expected, sampled
FROM masked;

INSERT INTO node_slots
SELECT node_id, operator_id, day, sum(slots - maintenance), sum(slots - maintenance - not_up), sum(missing), sum(maintenance)
FROM pieces
GROUP BY node_id, operator_id, day;

INSERT INTO silent_slots
SELECT (place // getvariable('day_pieces')) * getvariable('day_slots') + place % getvariable('day_pieces') * getvariable('piece_bits') + bit
FROM (
    SELECT getvariable('first_piece') + piece AS place, bit_or(expected) AS expected, bit_or(sampled) AS heard
    FROM pieces GROUP BY piece
), range(getvariable('piece_bits')) bits(bit)
WHERE get_bit(expected & ~heard, bit::INTEGER) = 1;
