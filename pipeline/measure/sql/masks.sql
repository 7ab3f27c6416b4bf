-- bits of the batch's slots, in pieces: scope_masks for maintenance by scope, active_masks for each node under each operator, with their number
CREATE OR REPLACE TABLE scope_masks AS
SELECT scope, place // getvariable('piece_bits') AS piece, bitstring_agg(place % getvariable('piece_bits'), 0, getvariable('piece_bits') - 1) AS bits
FROM (
    SELECT scope, slot - getvariable('batch_first') + 2 AS place
    FROM windows, range(greatest(first_slot, getvariable('batch_first')), least(end_slot, getvariable('batch_end'))) slots(slot)
)
GROUP BY scope, piece;

CREATE OR REPLACE TABLE day_masks AS
SELECT first_on, last_on, place // getvariable('piece_bits') AS piece, count(*) AS slots,
       bitstring_agg(place % getvariable('piece_bits'), 0, getvariable('piece_bits') - 1) AS bits
FROM (
    SELECT first_on, last_on, slot - getvariable('batch_first') + 2 AS place
    FROM (SELECT DISTINCT first_on, last_on,
                 (first_on - getvariable('first_day')) * getvariable('slots_per_day') AS first_slot,
                 (last_on + 1 - getvariable('first_day')) * getvariable('slots_per_day') AS end_slot
          FROM stays),
         range(greatest(first_slot, getvariable('batch_first')), least(end_slot, getvariable('batch_end'))) slots(slot)
)
GROUP BY first_on, last_on, piece;

CREATE OR REPLACE TABLE active_masks AS
SELECT node_id, operator_id, any_value(region) AS region, piece, sum(slots)::BIGINT AS slots, bit_or(bits) AS bits
FROM stays JOIN day_masks USING (first_on, last_on)
GROUP BY node_id, operator_id, piece;
