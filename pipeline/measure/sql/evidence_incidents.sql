-- incidents opened in the period, with the nodes that they name and the operators these were active under on that UTC day
SELECT i.incident_id, i.severity, h.node_ids, h.operators,
       epoch_us(i.opened_at), coalesce(epoch_us(i.acknowledged_at), 0), coalesce(epoch_us(i.resolved_at), 0),
       coalesce(i.cause, ''), coalesce(i.resolution, '')
FROM incidents i
JOIN (
    SELECT incident_id,
           list(DISTINCT node_id ORDER BY node_id) AS node_ids,
           list(DISTINCT operator_id ORDER BY operator_id) FILTER (operator_id IS NOT NULL) AS operators
    FROM incident_nodes GROUP BY incident_id
) h USING (incident_id)
ORDER BY i.opened_at, i.incident_id
