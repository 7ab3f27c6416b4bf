-- the heartbeats of a CSV file as Parquet; what is not written in the plainest form is null, and so in doubt
COPY (
    SELECT node_id,
           CASE WHEN strftime(try_strptime(sampled_at, '%Y-%m-%dT%H:%M:%SZ'), '%Y-%m-%dT%H:%M:%SZ') = sampled_at
                THEN try_strptime(sampled_at, '%Y-%m-%dT%H:%M:%SZ')::TIMESTAMPTZ
                WHEN regexp_full_match(sampled_at, '[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3])(:[0-5][0-9]){2}([.][0-9]{1,6})?(Z|[+-](0[0-9]|1[0-3]):[0-5][0-9])')
                THEN try_cast(sampled_at AS TIMESTAMPTZ)
           END AS sampled_at,
           CASE up WHEN '0' THEN false WHEN '1' THEN true WHEN 'false' THEN false WHEN 'true' THEN true END AS up
    FROM read_csv({path}, columns = {{columns}}, auto_detect = false, header = true, delim = ',', quote = '', escape = '',
                  comment = '', nullstr = '', strict_mode = true, null_padding = false, ignore_errors = false, hive_partitioning = false)
) TO {own} (FORMAT parquet)
