"""Files of ten gigabytes stream into a store in little memory, and every row of them arrives: ./check --full."""

import json
import math
import os
import pathlib
import random
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
CHIMERA = os.environ.get("CHIMERA", str(ROOT / "build/dev/bin/chimera"))
GIGABYTES = float(os.environ.get("CHIMERA_LARGE_GIGABYTES", "10"))
MOST_MEMORY = 512  # MiB
ROWS_OF_A_BLOCK = 100_000
HEAD = "timestamp,model,num_gpu,num_ctx,ttft_ms,tokens_per_second\n"


def json_line(i, ttft, rate):
    return json.dumps({"id": f"req-{i:06}", "model": f"m{i % 7}", "config": {"num_gpu": i % 40, "num_ctx": 2048}, "success": True, "ttft_ms": ttft, "tokens_per_second": rate}, separators=(",", ":")) + "\n"


def csv_line(i, ttft, rate):
    return f"2025-10-0{1 + i % 9}T1{i % 10}:00:00Z,m{i % 7},{i % 40},2048,{ttft},{rate}\n"


class Large:
    """A file that repeats one block of rows until it is as large as asked, and what its columns add up to."""

    def __init__(self, path, head, line):
        dice = random.Random(7)
        values = [(round(dice.uniform(50, 900), 3), round(dice.uniform(5, 120), 2)) for _ in range(ROWS_OF_A_BLOCK)]
        block = "".join(line(i, *row) for i, row in enumerate(values)).encode()
        self.blocks = max(1, math.ceil(GIGABYTES * 1e9 / len(block)))
        self.rows = self.blocks * ROWS_OF_A_BLOCK
        self.sums = {metric: self.blocks * math.fsum(row[at] for row in values) for at, metric in enumerate(("ttft", "throughput"))}
        with open(path, "wb") as out:
            out.write(head.encode())
            for _ in range(self.blocks):
                out.write(block)


def ingest(folder, store):
    """The exit code, and the most memory that it had at once in MiB."""
    process = subprocess.Popen([CHIMERA, "ingest", str(folder), "--store", str(store), "--quiet"], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, usage.ru_maxrss / 1024


def query(store, sql):
    done = subprocess.run([CHIMERA, "query", sql, "--store", str(store), "--format", "json"], capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


class LargeFile(unittest.TestCase):
    def setUp(self):
        self.scratch = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.scratch)
        free = shutil.disk_usage(self.scratch).free
        if free < 1.7e9 * GIGABYTES:  # the file, and a store of half its size
            self.skipTest(f"{free / 1e9:.0f} GB are free where the file needs {1.7 * GIGABYTES:.0f}")

    def streams(self, name, head, line):
        folder, store = self.scratch / "files", self.scratch / "store.duckdb"
        folder.mkdir()
        large = Large(folder / name, head, line)
        code, memory = ingest(folder, store)
        self.assertEqual(code, 0)
        for metric, total in large.sums.items():
            row = query(store, f"SELECT count(*) AS n, sum(value) AS total, min(line) AS first, max(line) AS last FROM facts WHERE metric = '{metric}'")[0]
            self.assertEqual(row["n"], large.rows, metric)
            self.assertTrue(math.isclose(row["total"], total, rel_tol=1e-9), (metric, row["total"], total))
            self.assertEqual((row["first"], row["last"]), (1 + len(head.splitlines()), large.rows + len(head.splitlines())), metric)
        self.assertEqual(query(store, "SELECT DISTINCT settings['model'] AS model FROM facts ORDER BY model"), [{"model": f"m{i}"} for i in range(7)])
        self.assertLess(memory, MOST_MEMORY)
        print(f"   {GIGABYTES:g} GB of {name}: at most {memory:.0f} MiB, a store of {store.stat().st_size / 1e9:.1f} GB", flush=True)

    def test_json_lines(self):
        self.streams("large.jsonl", "", json_line)

    def test_delimited_text(self):
        self.streams("large.csv", HEAD, csv_line)


if __name__ == "__main__":
    unittest.main()
