-- the memory limit as the database writes it (1.8 GiB), in tenths cut off, and its unit
SELECT split_part(split_part(current_setting('memory_limit'), ' ', 1), '.', 1)::BIGINT, split_part(current_setting('memory_limit'), ' ', 2)
