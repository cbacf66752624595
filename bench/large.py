#!/usr/bin/env python3
"""Large files into a store: time a fact from 10^4 to 10^7 facts, memory over files of gigabytes, and grouped queries.

    bench/large.py [--binary PATH] [--gigabytes 2] [--write]

Makes its files in a temporary folder (several times --gigabytes of disk, minutes). Each figure is of one run: they are about growth and
memory, not about tenths of a second. --write puts the table into docs/performance.md between its marks.
"""
import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import processes  # noqa: E402
import report  # noqa: E402

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
HEAD = "timestamp,model,num_gpu,num_ctx,temperature,ttft_ms,tokens_per_second,eval_count,latency_s\n"
QUERIES = {
    "by metric": "SELECT metric, count(*), avg(value) FROM facts GROUP BY metric ORDER BY metric",
    "of one metric by a setting": "SELECT settings['num_gpu'] AS g, avg(value), count(*) FROM facts WHERE metric = 'throughput' GROUP BY g ORDER BY g",
}


def csv_row(i, dice):
    return (f"2025-10-0{1 + i % 9}T1{i % 10}:00:00Z,m{i % 7},{i % 40},{1024 * (1 + i % 4)},0.{i % 10},{dice.uniform(50, 900):.3f},{dice.uniform(5, 120):.2f},"
            f"{dice.randint(1, 500)},{dice.uniform(.1, 9):.4f}\n")


def jsonl_row(i, dice):
    return json.dumps({"id": f"req-{i:06}", "model": f"m{i % 7}", "config": {"num_gpu": i % 40, "num_ctx": 1024 * (1 + i % 4)}, "success": True, "ttft_ms": round(dice.uniform(50, 900), 3),
                       "tokens_per_second": round(dice.uniform(5, 120), 2), "eval_count": dice.randint(1, 500)}, separators=(",", ":")) + "\n"


def make(folder, kind, size):
    """A file of so many bytes or a little more in a folder of its own; the same 200,000 rows again and again."""
    os.makedirs(folder)
    dice = random.Random(1)
    row = csv_row if kind == "csv" else jsonl_row
    with open(os.path.join(folder, f"big.{kind}"), "wb") as out:
        written = out.write(HEAD.encode() if kind == "csv" else b"")
        block = []
        while written < size:
            if len(block) < 200_000:
                block.append(row(len(block), dice).encode())
                written += out.write(block[-1])
            else:
                written += out.write(b"".join(block[:max(1, min(len(block), int((size - written) / (len(block[0]) + 1)) + 1))]))
    return folder


def ingest(binary, folder, store):
    run = processes.run_once([binary, "ingest", folder, "--store", store, "--quiet"])
    count = subprocess.run([binary, "query", "SELECT count(*) AS n FROM facts", "--store", store, "--format", "json"], capture_output=True, text=True, check=True).stdout
    return run, json.loads(count)["n"]


def growth(binary, scratch):
    lines = ["| facts | file | time | time a fact | peak memory | " + " | ".join(f"query {name}" for name in QUERIES) + " |", "|--:|--:|--:|--:|--:|" + "--:|" * len(QUERIES)]
    for exponent in (4, 5, 6, 7):
        folder = make(os.path.join(scratch, f"grow{exponent}"), "csv", int(10 ** exponent / 4 * 60.6))
        store = folder + ".duckdb"
        run, facts = ingest(binary, folder, store)
        times = []
        for sql in QUERIES.values():
            begin = time.perf_counter()
            subprocess.run([binary, "query", sql, "--store", store], stdout=subprocess.DEVNULL, check=True)
            times.append(time.perf_counter() - begin)
        size = os.path.getsize(os.path.join(folder, "big.csv"))
        lines.append(f"| {facts:,} | {size / 1e6:.1f} MB | {run.wall:.2f} s | {run.wall / facts * 1e9:.0f} ns | {run.peak_kib / 1024:.0f} MiB | " + " | ".join(f"{t:.2f} s" for t in times) + " |")
        print(lines[-1], file=sys.stderr)
    return lines


def memory(binary, scratch, gigabytes):
    lines = ["| file | facts | time | peak memory |", "|---|--:|--:|--:|"]
    for kind in ("jsonl", "csv"):
        folder = make(os.path.join(scratch, kind), kind, int(gigabytes * 1e9))
        store = folder + ".duckdb"
        run, facts = ingest(binary, folder, store)
        lines.append(f"| {gigabytes:g} GB of {'JSON Lines' if kind == 'jsonl' else 'CSV'} | {facts:,} | {run.wall:.0f} s | {run.peak_kib / 1024:.0f} MiB |")
        print(lines[-1], file=sys.stderr)
        os.remove(os.path.join(folder, f"big.{kind}"))
        os.remove(store)
    return lines


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", default=os.path.join(ROOT, "build/release/bin/chimera"))
    parser.add_argument("--gigabytes", type=float, default=2)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        lines = [f"{processes.machine()}; {os.cpu_count()} threads.", "", *growth(options.binary, scratch), "", *memory(options.binary, scratch, options.gigabytes)]
    text = "\n".join(lines) + "\n"
    print(text)
    if options.write:
        report.write_between(os.path.join(ROOT, "docs/performance.md"), "large", text)


if __name__ == "__main__":
    main()
