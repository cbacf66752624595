#!/usr/bin/env python3
"""Measures chimera's own reading and writes the artifacts in examples/.

    tools/measure_examples.py [--binary PATH] [--blocks N]

Made data (JSONL and CSV, the same numbers in both) of three sizes is read by one and by two threads. Every block holds
each configuration once, in an order drawn from a fixed seed, so that drift of the machine falls on all of them alike.
"""
import argparse
import csv
import datetime
import json
import os
import random
import statistics
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(ROOT, "bench"))
import processes  # noqa: E402

SIZES_MIB = (1, 4, 16)
THREADS = (1, 2)
FORMATS = ("csv", "jsonl")
FILES_PER_FOLDER = 8


def rows(random_source):
    """Made rows that look like measurements of a server."""
    while True:
        yield {
            "request": random_source.randrange(10**6),
            "ttft_ms": round(random_source.lognormvariate(4, 0.3), 3),
            "tokens_per_second": round(random_source.gauss(55, 4), 2),
            "prompt_tokens": random_source.choice((128, 512, 2048)),
            "output_tokens": random_source.randrange(16, 512),
            "concurrency": random_source.choice((1, 4, 16)),
        }


def make_folder(folder, form, size_mib, seed):
    os.makedirs(folder)
    source = rows(random.Random(seed))
    for index in range(FILES_PER_FOLDER):
        written = 0
        limit = size_mib * 1024 * 1024 // FILES_PER_FOLDER
        with open(os.path.join(folder, f"part{index}.{form}"), "w", encoding="utf-8") as file:
            while written < limit:
                row = next(source)
                if form == "csv":
                    text = (",".join(row) + "\n" if written == 0 else "") + ",".join(map(str, row.values())) + "\n"
                else:
                    text = json.dumps(row) + "\n"
                written += file.write(text)


def measure(binary, blocks, work):
    configurations = [(form, size, threads) for form in FORMATS for size in SIZES_MIB for threads in THREADS]
    for form in FORMATS:
        for size in SIZES_MIB:
            make_folder(os.path.join(work, f"{form}{size}"), form, size, seed=size)
    order = random.Random(20261123)
    results = []
    for block in range(-1, blocks):  # block -1 warms up and is not kept
        order.shuffle(configurations)
        for form, size, threads in configurations:
            folder = os.path.join(work, f"{form}{size}")
            started = datetime.datetime.now(datetime.timezone.utc)
            run = processes.run_once([binary, "ingest", folder, "--workers", str(threads), "-q"])
            read = sum(os.path.getsize(os.path.join(folder, name)) for name in os.listdir(folder))
            if block >= 0:
                results.append({
                    "started": started.strftime("%Y-%m-%dT%H:%M:%SZ"), "block": block + 1, "format": form, "size_mib": size, "threads": threads,
                    "wall_s": round(run.wall, 6), "user_s": round(run.user, 6), "throughput_mb_per_s": round(read / run.wall / 1e6, 2),
                    "peak_memory_mib": round(run.peak_kib / 1024, 2)})
    return results


def summary(results):
    groups = {}
    for row in results:
        groups.setdefault((row["format"], row["size_mib"], row["threads"]), []).append(row)
    out = []
    for (form, size, threads), members in sorted(groups.items()):
        rates = [row["throughput_mb_per_s"] for row in members]
        walls = [row["wall_s"] for row in members]
        out.append({"format": form, "size_mib": size, "threads": threads, "runs": len(members),
                    "median_wall_s": round(statistics.median(walls), 6),
                    "mean_throughput_mb_per_s": round(statistics.mean(rates), 3), "std_throughput_mb_per_s": round(statistics.stdev(rates), 3),
                    "min_throughput_mb_per_s": min(rates), "max_throughput_mb_per_s": max(rates)})
    return out


def write_all(results, folder):
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "ingest_sweep.csv"), "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(results[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(results)
    record = {"benchmark": "chimera ingest", "measured_at": results[0]["started"], "machine": processes.machine(),
              "files_per_folder": FILES_PER_FOLDER, "blocks": max(row["block"] for row in results), "results": summary(results)}
    with open(os.path.join(folder, "ingest_summary.json"), "w", encoding="utf-8") as file:
        json.dump(record, file, indent=1)
        file.write("\n")
    lines = ["# Reading speed of chimera ingest", "", f"- Date: {results[0]['started'][:10]}", f"- Machine: {record['machine']}",
             f"- Raw rows: `ingest_sweep.csv`; summary: `ingest_summary.json`", "", "## Summary", "",
             "| format | size_mib | threads | runs | median_wall_s | mean_throughput_mb_per_s | std_throughput_mb_per_s |", "|---|--:|--:|--:|--:|--:|--:|"]
    for row in record["results"]:
        lines.append(f"| {row['format']} | {row['size_mib']} | {row['threads']} | {row['runs']} | {row['median_wall_s']:.4f} | "
                     f"{row['mean_throughput_mb_per_s']:.1f} | {row['std_throughput_mb_per_s']:.1f} |")
    with open(os.path.join(folder, "ingest_summary.md"), "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", default=os.path.join(ROOT, "build/release/bin/chimera"))
    parser.add_argument("--blocks", type=int, default=7)
    parser.add_argument("--out", default=os.path.join(ROOT, "examples"))
    arguments = parser.parse_args()
    if processes.load() > 0.7:
        sys.exit(f"the machine is busy (load {processes.load():.2f}): nothing was measured")
    with tempfile.TemporaryDirectory(prefix="chimera-examples-") as work:
        write_all(measure(arguments.binary, arguments.blocks, work), arguments.out)


if __name__ == "__main__":
    main()
