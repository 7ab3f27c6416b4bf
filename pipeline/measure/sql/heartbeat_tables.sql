-- what heartbeats are gathered in: bits per node, counts per file, slots per node, operator and day, slots without any sample
CREATE TABLE beats (node_id VARCHAR, up BIT, down BIT);
CREATE TABLE sample_counts (file INTEGER, node_id VARCHAR, operator_id VARCHAR, fate VARCHAR, samples BIGINT);
CREATE TABLE node_slots (node_id VARCHAR, operator_id VARCHAR, day DATE, expected BIGINT, up BIGINT, missing BIGINT, maintenance BIGINT);
CREATE TABLE silent_slots (slot BIGINT);
