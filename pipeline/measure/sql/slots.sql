-- slots of the batch by node and operator, expected, up, missing and taken out by maintenance; and those in which the fleet is silent
-- One pass gives both: sums over the pieces of a node, and bits over the nodes
-- of a piece. A count of bits takes as long as there are ones, so what is rare
-- is counted.
CREATE OR REPLACE TABLE sums AS
WITH beaten AS (
    SELECT node_id, up::BLOB AS up, down::BLOB AS down FROM beats
), pieces AS (
    SELECT a.node_id, a.operator_id, a.piece, a.slots, a.bits AS active,
           coalesce(fleet.piece, region.piece, operator.piece, node.piece) IS NOT NULL AS maintained,
           CASE WHEN maintained THEN a.bits & ~(coalesce(fleet.bits, a.none) | coalesce(region.bits, a.none) | coalesce(operator.bits, a.none) | coalesce(node.bits, a.none))
                ELSE a.bits
           END AS expected,
           array_slice(b.up, a.first_byte, a.last_byte)::BIT AS up_bits,
           array_slice(b.down, a.first_byte, a.last_byte)::BIT AS down_bits,
           coalesce(up_bits, a.none) AS up,
           coalesce(up_bits | down_bits, up_bits, down_bits, a.none) AS sampled
    FROM (SELECT *, bitstring('0', getvariable('piece_bits')::INTEGER) AS none,
                 piece * getvariable('piece_bits') // 8 + 1 AS first_byte,
                 (piece + 1) * getvariable('piece_bits') // 8 AS last_byte
          FROM active_masks) a
    LEFT JOIN beaten b ON b.node_id = a.node_id
    LEFT JOIN scope_masks fleet ON fleet.piece = a.piece AND fleet.scope = 'fleet'
    LEFT JOIN scope_masks region ON region.piece = a.piece AND region.scope = 'region:' || a.region
    LEFT JOIN scope_masks operator ON operator.piece = a.piece AND operator.scope = 'operator:' || a.operator_id
    LEFT JOIN scope_masks node ON node.piece = a.piece AND node.scope = 'node:' || a.node_id
)
SELECT node_id, operator_id, piece,
       sum(slots)::BIGINT AS slots,
       sum(CASE WHEN maintained THEN bit_count(active & ~expected) ELSE 0 END)::BIGINT AS maintenance,
       sum(bit_count(expected & ~up))::BIGINT AS not_up,
       sum(bit_count(expected & ~sampled))::BIGINT AS missing,
       bit_or(expected) AS expected,
       bit_or(active & sampled) AS heard
FROM pieces
GROUP BY GROUPING SETS ((node_id, operator_id), (piece));

INSERT INTO node_slots
SELECT node_id, operator_id, slots - maintenance, slots - maintenance - not_up, missing, maintenance
FROM sums
WHERE node_id IS NOT NULL;

INSERT INTO silent_slots
SELECT getvariable('batch_first') + piece * getvariable('piece_bits') + bit - 2
FROM sums, range(getvariable('piece_bits')) bits(bit)
WHERE piece IS NOT NULL AND get_bit(expected & ~heard, bit::INTEGER) = 1;
