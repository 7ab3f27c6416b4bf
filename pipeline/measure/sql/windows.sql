-- maintenance as ranges of the period's slots: those that start inside the window, from first_slot up to and without end_slot
CREATE TABLE windows AS
SELECT window_id, scope, first_slot, end_slot
FROM (
    SELECT window_id, scope,
           greatest((epoch_us(starts_at) - getvariable('begins_us') + getvariable('slot_us') - 1) // getvariable('slot_us'), 0) AS first_slot,
           least((epoch_us(ends_at) - getvariable('begins_us') + getvariable('slot_us') - 1) // getvariable('slot_us'), getvariable('slots')) AS end_slot
    FROM maintenance
    WHERE starts_at < getvariable('ends') AND ends_at > getvariable('begins')
)
WHERE first_slot < end_slot
