-- every active day of every node in the period, with its operator and region
CREATE TABLE node_days AS
SELECT node_id, operator_id, region, first_on + days.n::INTEGER AS day
FROM stays JOIN range(31) days(n) ON days.n <= last_on - first_on
