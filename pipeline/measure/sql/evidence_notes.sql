-- notes of the period, those of a partner as its files have them
SELECT partner_id, section, text
FROM notes
WHERE period = getvariable('period')
ORDER BY partner_id, _file, _row
