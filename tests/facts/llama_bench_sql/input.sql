CREATE TABLE IF NOT EXISTS llama_bench (
  build_commit TEXT,
  model_type TEXT,
  n_prompt INTEGER,
  n_gen INTEGER,
  avg_ns INTEGER,
  stddev_ns INTEGER,
  avg_ts REAL,
  stddev_ts REAL
);

INSERT INTO llama_bench (build_commit, model_type, n_prompt, n_gen, avg_ns, stddev_ns, avg_ts, stddev_ts) VALUES ('abc1234', 'tiny 1B Q4_0', '512', '0', '250000000', '1000000', '2048.000000', '8.250000');
INSERT INTO llama_bench (build_commit, model_type, n_prompt, n_gen, avg_ns, stddev_ns, avg_ts, stddev_ts) VALUES ('abc1234', 'tiny 1B Q4_0', '0', '128', '2000000000', '5000000', '64.000000', '0.160000');
