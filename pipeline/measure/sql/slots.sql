-- slots of the batch by node and operator, expected, up, missing and taken out by maintenance; and those in which the fleet is silent
CREATE OR REPLACE TABLE beat_pieces AS
SELECT node_id, piece,
       array_slice(bits, piece * getvariable('piece_bits') // 8 + 1, (piece + 1) * getvariable('piece_bits') // 8)::BIT AS down,
       array_slice(bits, (getvariable('pieces') + piece) * getvariable('piece_bits') // 8 + 1, (getvariable('pieces') + piece + 1) * getvariable('piece_bits') // 8)::BIT AS up
FROM (SELECT node_id, bits::BLOB AS bits FROM beats), range(getvariable('pieces')) pieces(piece);

CREATE OR REPLACE TABLE seen AS
SELECT a.node_id, a.operator_id, a.piece, a.slots, a.bits AS active,
       CASE WHEN coalesce(fleet.piece, region.piece, operator.piece, node.piece) IS NULL THEN a.bits
            ELSE a.bits & ~(coalesce(fleet.bits, none) | coalesce(region.bits, none) | coalesce(operator.bits, none) | coalesce(node.bits, none))
       END AS expected,
       coalesce(fleet.piece, region.piece, operator.piece, node.piece) IS NOT NULL AS maintained,
       coalesce(b.up, none) AS up,
       coalesce(b.up | b.down, none) AS sampled
FROM (SELECT *, bitstring('0', getvariable('piece_bits')::INTEGER) AS none FROM active_masks) a
LEFT JOIN beat_pieces b ON b.node_id = a.node_id AND b.piece = a.piece
LEFT JOIN scope_masks fleet ON fleet.piece = a.piece AND fleet.scope = 'fleet'
LEFT JOIN scope_masks region ON region.piece = a.piece AND region.scope = 'region:' || a.region
LEFT JOIN scope_masks operator ON operator.piece = a.piece AND operator.scope = 'operator:' || a.operator_id
LEFT JOIN scope_masks node ON node.piece = a.piece AND node.scope = 'node:' || a.node_id;

-- A count of bits takes as long as there are ones, so what is rare is counted.
INSERT INTO node_slots
SELECT node_id, operator_id, slots - maintenance, slots - maintenance - not_up, missing, maintenance
FROM (
    SELECT node_id, operator_id, sum(slots)::BIGINT AS slots,
           sum(CASE WHEN maintained THEN bit_count(active & ~expected) ELSE 0 END)::BIGINT AS maintenance,
           sum(bit_count(expected & ~up))::BIGINT AS not_up,
           sum(bit_count(expected & ~sampled))::BIGINT AS missing
    FROM seen
    GROUP BY node_id, operator_id
);

INSERT INTO silent_slots
SELECT getvariable('batch_first') + piece * getvariable('piece_bits') + bit - 1
FROM (SELECT piece, bit_or(expected) & ~bit_or(active & sampled) AS silent FROM seen GROUP BY piece),
     range(getvariable('piece_bits')) bits(bit)
WHERE get_bit(silent, bit::INTEGER) = 1;
