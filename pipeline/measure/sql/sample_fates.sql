-- samples of each heartbeat file by what became of them
SELECT file, fate, sum(samples)::BIGINT FROM sample_counts GROUP BY file, fate ORDER BY file, fate
