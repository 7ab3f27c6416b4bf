-- referrals of an operator that another referral brought already
SELECT r._file, r._line, r._row, 'operator_id' AS "column", r.operator_id AS value,
       'is referred at ' || files.name || ':' || r.first_line || ' already; an operator has one referral' AS message
FROM (
    SELECT *,
           first_value(_file) OVER same AS first_at,
           first_value(_line) OVER same AS first_line,
           row_number() OVER same AS nth
    FROM referrals
    WINDOW same AS (PARTITION BY operator_id ORDER BY _file, _row)
) r
JOIN files ON files.file = r.first_at
WHERE r.nth > 1
ORDER BY r._file, r._row
