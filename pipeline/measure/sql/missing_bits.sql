-- slots of the batch that a node has no sample of and should have, in the pieces with any: a bit per slot, null when the whole piece lacks them
SELECT node_id, operator_id, getvariable('first_piece') + piece, CASE WHEN missing < slots THEN (expected & ~sampled)::BLOB END
FROM pieces
WHERE missing > 0
ORDER BY node_id, operator_id, piece
