-- incidents of each operator that were opened in the period, all and critical ones; times in microseconds
WITH found AS (
    SELECT h.operator_id, i.incident_id, i.opened_at,
           i.severity IN ('critical', 'P0', 'P1') AS critical,
           epoch_us(least(i.acknowledged_at, i.resolved_at)) - epoch_us(i.opened_at) AS response,
           epoch_us(i.resolved_at) - epoch_us(i.opened_at) AS resolution
    FROM (SELECT DISTINCT incident_id, operator_id FROM incident_nodes WHERE operator_id IS NOT NULL) h
    JOIN incidents i USING (incident_id)
)
SELECT operator_id, scope,
       count(*),
       count(*) - count(response),
       coalesce(first(incident_id ORDER BY opened_at, incident_id) FILTER (response IS NULL), ''),
       coalesce(sum(response), 0)::BIGINT,
       coalesce(max(response), 0),
       coalesce(first(incident_id ORDER BY response DESC, opened_at, incident_id) FILTER (response IS NOT NULL), ''),
       count(resolution),
       coalesce(sum(resolution), 0)::BIGINT
FROM (
    SELECT *, 'all' AS scope FROM found
    UNION ALL
    SELECT *, 'critical' FROM found WHERE critical
)
GROUP BY operator_id, scope
ORDER BY operator_id, scope
