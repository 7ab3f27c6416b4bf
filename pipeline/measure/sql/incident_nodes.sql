-- each node that an incident of the period names, once, with the operator it was active under on that UTC day, if any
CREATE TABLE incident_nodes AS
SELECT i.incident_id, i.node_id, d.operator_id
FROM (
    SELECT DISTINCT incident_id, opened_at::DATE AS day, unnest(string_split(node_ids, ';')) AS node_id
    FROM incidents
    WHERE opened_at >= getvariable('begins') AND opened_at < getvariable('ends')
) i
LEFT JOIN node_days d ON d.node_id = i.node_id AND d.day = i.day
