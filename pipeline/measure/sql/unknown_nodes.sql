-- nodes that heartbeats or incidents of the period name and nodes does not, with their samples or incidents
SELECT node_id, 'heartbeats' AS dataset, sum(samples)::BIGINT FROM sample_counts WHERE fate = 'unknown' GROUP BY node_id
UNION ALL
SELECT node_id, 'incidents', count(*) FROM incident_nodes WHERE node_id NOT IN (SELECT node_id FROM nodes) GROUP BY node_id
ORDER BY node_id, dataset
