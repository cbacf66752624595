"""chimera ingest on a private cluster: shards of their own, and a store that holds what one machine's holds."""

import json
import os
import pathlib
import random
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from private_slurm import OnACluster  # noqa: E402

LONG_AGO = 1700000000
EVERYTHING = 'SELECT fact, path, line, "row", "column", key, "begin", "end", metric, definition, statistic, value, unit, config, state, rule FROM numbers ORDER BY ALL'


def write_files(folder, count, rows, seed=0):
    draw = random.Random(seed)
    for number in range(count):
        path = folder / f"part {number % 3}" / f"run-{number}.jsonl"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w") as file:
            for row in range(rows):
                file.write(json.dumps({"model": f"m{number % 4}", "request": row, "num_ctx": 2048 << (row % 2), "ttft_s": draw.uniform(0.1, 2), "tokens_per_second": draw.uniform(5, 50)}) + "\n")
        os.utime(path, (LONG_AGO, LONG_AGO))


class Ingest(OnACluster):
    def everything(self, store):
        return self.chimera("query", EVERYTHING, "--store", store, "--format", "json").stdout

    def on_cluster(self, *more, **options):
        return self.chimera("ingest", "results", "--store", "there.duckdb", "--executor", "slurm", "--nodes", "2", "--json", *more, **options)

    def test_the_merged_store_holds_what_one_machines_holds(self):
        write_files(self.home / "results", 9, 200)
        (self.home / "results/notes.csv").write_text("model,ttft_s\na,1.5\nb,oops\n")
        (self.home / "results/broken.json").write_text('{"ttft_s": 1.5, "model": ')
        for path in (self.home / "results").glob("*.*"):
            os.utime(path, (LONG_AGO, LONG_AGO))
        here = json.loads(self.chimera("ingest", "results", "--store", "here.duckdb", "--json").stdout)
        there = json.loads(self.on_cluster("--shards", "4").stdout)
        self.assertEqual({**here, "store": ""}, {**there, "store": ""})
        self.assertEqual(self.everything("here.duckdb"), self.everything("there.duckdb"))
        for view in ("coverage", "diagnostics"):
            rows = [sorted(self.chimera("query", f"SELECT * EXCLUDE (artifact) FROM {view}", "--store", store, "--format", "json").stdout.splitlines()) for store in ("here.duckdb", "there.duckdb")]
            self.assertEqual(rows[0], rows[1])
        facts = [self.chimera("facts", store, "--json", "--quiet").stdout for store in ("results", "here.duckdb", "there.duckdb")]
        self.assertEqual(facts[0], facts[2])
        self.assertEqual(facts[1], facts[2])
        self.assertFalse((self.home / "there.job").exists(), "shards are gone when they are merged")

    def test_only_what_is_new_or_has_changed_is_handed_in(self):
        write_files(self.home / "results", 3, 20)
        self.on_cluster()
        unchanged = json.loads(self.on_cluster().stdout)
        self.assertEqual((unchanged["new"], unchanged["changed"], unchanged["unchanged"]), (0, 0, 3))
        write_files(self.home / "results", 4, 30, seed=1)
        (self.home / "results/part 0/run-0.jsonl").unlink()
        again = json.loads(self.on_cluster("--shards", "2").stdout)
        self.assertEqual((again["new"], again["changed"], again["unchanged"], again["deleted"]), (1, 2, 0, 1))
        self.chimera("ingest", "results", "--store", "here.duckdb")
        self.assertEqual(self.everything("here.duckdb"), self.everything("there.duckdb"))

    def test_a_store_is_needed(self):
        write_files(self.home / "results", 1, 2)
        done = self.chimera("ingest", "results", "--executor", "slurm", expect=2)
        self.assertIn("--store", done.stderr)


if __name__ == "__main__":
    unittest.main()
