#!/usr/bin/env python3
"""bench/scan.py [--rounds N] [--gigabytes G] [--write]: how fast large files are scanned and streamed, and how much memory that takes.

Runs build/bench/bin/bench_scan (pairs of benchmarks in random order, so that drift falls on all of them; the ratio is that
of the medians of processor time) and bench_stream on a JSON Lines and a delimited file of G GB each, made on the fly in
--work. Prints the table of docs/performance.md; --write puts it there.
"""
import argparse
import json
import os
import pathlib
import random
import shutil
import statistics
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import processes  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[1]
BIN = ROOT / "build/bench/bin"
LIMIT_MIB = 512


def benchmarks(rounds):
    """{name: median seconds per MB} of the in-memory benchmarks."""
    command = [BIN / "bench_scan", "--benchmark_format=json", f"--benchmark_repetitions={rounds}", "--benchmark_enable_random_interleaving=true",
               "--benchmark_min_time=0.2"]
    report = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    rates = {}
    for run in report["benchmarks"]:
        if run.get("run_type") == "iteration":
            rates.setdefault(run["name"], []).append(run)
    return rates


def make(path, kind, size):
    """A file of `size` bytes: 4,096 made lines again and again, so that making it costs no more than writing it."""
    draw = random.Random(1)
    lines = []
    for i in range(4096):
        values = (draw.randrange(41), 512 << draw.randrange(5), draw.uniform(20, 900), draw.uniform(5, 60), draw.randrange(16, 4000), draw.uniform(5, 180))
        if kind == "csv":
            lines.append("llama-3.1-8b,%d,%d,%.3f,%.4f,%d,%.2f,ok\n" % values)
        else:
            lines.append('{"request_id": "req-%06d", "model": "llama-3.1-8b", "config": {"num_gpu": %d, "num_ctx": %d}, "success": true, '
                         '"metrics": {"ttft_ms": %.3f, "tpot_ms": %.4f, "output_tokens": %d, "tokens_per_second": %.2f}, "itl_ms": [1.5, 2.25, 3]}\n'
                         % ((i,) + values))
    block = "".join(lines).encode()
    with open(path, "wb") as file:
        if kind == "csv":
            file.write(b"model,num_gpu,num_ctx,ttft_ms,tpot_ms,output_tokens,tokens_per_second,status\n")
        while file.tell() < size:
            file.write(block)


def stream(work, kind, size, readers):
    path = os.path.join(work, f"large.{kind}")
    if not os.path.exists(path):
        make(path, kind, size)
    out = subprocess.run([BIN / "bench_stream", path, str(readers)], check=True, capture_output=True, text=True).stdout
    return json.loads(out)


def rate(runs):
    return statistics.median(run["bytes_per_second"] for run in runs) / 1e6


def table(rounds, gigabytes, work):
    runs = benchmarks(rounds)
    ours = statistics.median(run["cpu_time"] for run in runs["json_walk"])
    peer = statistics.median(run["cpu_time"] for run in runs["on_demand"])
    rows = [("JSON Lines: numbers, spans, keys, doubles into columns", f"{rate(runs['json_walk']):,.0f} MB/s"),
            ("simdjson On-Demand, every scalar visited", f"{rate(runs['on_demand']):,.0f} MB/s"),
            ("ratio of the two (wanted: 0.65)", f"{peer / ours:.2f}"),
            ("JSON Lines without simdjson's index", f"{rate(runs['json_walk_portable']):,.0f} MB/s"),
            ("delimited text: numbers and spans into columns", f"{rate(runs['csv_scan']):,.0f} MB/s")]
    size = int(gigabytes * 1e9)
    if shutil.disk_usage(work).free < size + 1e9:
        print(f"skipped: less than {gigabytes} GB free in {work}", file=sys.stderr)
        return rows, True
    small_enough = True
    for kind, name in (("jsonl", "JSON Lines"), ("csv", "delimited text")):
        for readers in (1, 2):
            got = stream(work, kind, size, readers)
            small_enough = small_enough and got["peak_mib"] < LIMIT_MIB
            rows.append((f"{name}, {gigabytes:g} GB, into batches with meaning and account, {readers} reader{'s' if readers > 1 else ''}",
                         f"{got['bytes'] / 1e6 / got['seconds']:,.0f} MB/s, {got['cells'] / 1e6 / got['seconds']:.1f} M facts/s, peak {got['peak_mib']} MiB"))
        os.remove(os.path.join(work, f"large.{kind}"))
    return rows, small_enough


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--gigabytes", type=float, default=2)
    parser.add_argument("--work", help="folder for the large files; default: a temporary one")
    parser.add_argument("--write", action="store_true", help="into docs/performance.md")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.work) as work:
        rows, small_enough = table(options.rounds, options.gigabytes, work)
    text = f"{options.rounds} rounds in random order; {processes.machine()}.\n\n| what | measured |\n|---|--:|\n"
    text += "".join(f"| {what} | {value} |\n" for what, value in rows)
    print(text)
    if options.write:
        page = ROOT / "docs/performance.md"
        before, rest = page.read_text(encoding="utf-8").split("<!-- begin scan -->\n")
        after = rest.split("<!-- end scan -->\n")[1]
        page.write_text(before + "<!-- begin scan -->\n" + text + "<!-- end scan -->\n" + after, encoding="utf-8")
    return 0 if small_enough else 1


if __name__ == "__main__":
    sys.exit(main())
