-- incidents and maintenance windows of the period that touch no active node
SELECT 'incidents' AS dataset, incident_id AS subject, opened_at::DATE AS day
FROM incidents
WHERE opened_at >= getvariable('begins') AND opened_at < getvariable('ends')
  AND incident_id NOT IN (SELECT incident_id FROM incident_nodes WHERE operator_id IS NOT NULL)
UNION ALL
SELECT 'maintenance', window_id, starts_at::DATE
FROM maintenance
WHERE starts_at < getvariable('ends') AND ends_at > getvariable('begins')
  AND window_id NOT IN (SELECT window_id FROM covering_windows)
ORDER BY dataset, subject
