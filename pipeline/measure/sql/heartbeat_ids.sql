-- how many nodes a heartbeat file names, and of how many the id is no id
SELECT count(*), count(*) FILTER (node_id IS NULL OR NOT regexp_full_match(node_id, '[A-Za-z0-9][A-Za-z0-9._-]{0,63}'))
FROM (SELECT node_id FROM {source} GROUP BY node_id)
