-- bits of the batch's slots, in pieces: batch_pieces for the slots of a day that a piece holds, scope_masks for maintenance by scope
CREATE OR REPLACE TABLE batch_pieces AS
SELECT piece, day, slots, (repeat('1', slots) || repeat('0', getvariable('piece_bits') - slots))::BIT AS bits
FROM (
    SELECT piece,
           getvariable('first_day') + (place // getvariable('day_pieces'))::INTEGER AS day,
           least(getvariable('piece_bits'), getvariable('day_slots') - place % getvariable('day_pieces') * getvariable('piece_bits')) AS slots
    FROM (SELECT piece, getvariable('first_piece') + piece AS place FROM range(getvariable('batch_pieces')) pieces(piece))
);

CREATE OR REPLACE TABLE scope_masks AS
SELECT scope, bit // getvariable('piece_bits') AS piece, bitstring_agg(bit % getvariable('piece_bits'), 0, getvariable('piece_bits') - 1) AS bits
FROM (
    SELECT scope, slot + slot // getvariable('day_slots') * getvariable('day_pad') - getvariable('first_piece') * getvariable('piece_bits') AS bit
    FROM windows, range(greatest(first_slot, getvariable('batch_first')), least(end_slot, getvariable('batch_end'))) slots(slot)
)
GROUP BY scope, piece;
