-- samples of the scanned file, and how many of them are in doubt, at least
SELECT coalesce(sum(samples), 0)::BIGINT, coalesce(sum(2 * samples - complete - flagged), 0)::BIGINT FROM scanned
