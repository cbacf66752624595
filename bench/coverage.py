#!/usr/bin/env python3
"""How often a nominal 95 % interval of chimera bench holds the value that it is about.

    bench/coverage.py --tables FILE.json.gz... [--draws N]     recorded sweeps with all their repetitions (Kernel Tuner caches)
    bench/coverage.py --log LOG [--draws N]                    a trial log of one configuration with 30 blocks or more

The interval is the one that docs/bench.md describes: of the median, by the sign test. Tables: six repetitions, one drawn from each of
six strata of positions, against the median of all; beside it the usual first six in a row. Logs: six blocks drawn alike against the
median of all blocks, for each metric that is watched. The target is itself an estimate, so that even a perfect interval
misses it a little more often than it says. Prints a Markdown table.
"""
import argparse
import gzip
import json
import math
import os
import random
import statistics
import sys


def rank(n, confidence=0.95):
    """The interval is [x(rank), x(n - rank + 1)]; 0 where n is too small."""
    below, found = 0.0, 0
    for k in range(n // 2):
        below += math.comb(n, k) / 2.0**n
        if below > (1 - confidence) / 2:
            break
        found = k + 1
    return found


def holds(values, target):
    ordered, at = sorted(values), rank(len(values))
    return at > 0 and ordered[at - 1] <= target <= ordered[-at]


def stratified(values, count, chance):
    """One value from each of `count` equal pieces of the sequence."""
    edges = [round(i * len(values) / count) for i in range(count + 1)]
    return [values[chance.randrange(edges[i], edges[i + 1])] for i in range(count)]


def of_table(path, draws, chance):
    with (gzip.open if path.endswith(".gz") else open)(path, "rt", encoding="utf-8") as file:
        cache = json.load(file)["cache"]
    sequences = [entry["times"] for entry in cache.values() if isinstance(entry.get("times"), list) and len(entry["times"]) >= 12]
    if not sequences:
        sys.exit(f"{path} holds no raw repetitions")
    drawn = first = 0
    for _ in range(draws):
        times = chance.choice(sequences)
        target = statistics.median(times)
        drawn += holds(stratified(times, 6, chance), target)
        first += holds(times[:6], target)
    return len(sequences), drawn / draws, first / draws


def blocks_of(path):
    """{(trial, metric): [median of each block, in order]}"""
    found = {}
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            if record["record"] != "sample" or record["phase"] != "measured" or record["validity"] == "invalid":
                continue
            for metric, value in record["metrics"].items():
                found.setdefault((record["trial"], metric), {}).setdefault(record["block"], []).append(value)
    return {key: [statistics.median(values) for _, values in sorted(blocks.items())] for key, blocks in found.items()}


def of_log(path, draws, chance):
    rows = []
    for (trial, metric), values in sorted(blocks_of(path).items()):
        if metric not in ("decode_tok_per_s", "decode_engine_tok_per_s", "prefill_tok_per_s", "ttft_s") or len(values) < 30:
            continue
        target = statistics.median(values)
        drawn = sum(holds(stratified(values, 6, chance), target) for _ in range(draws)) / draws
        starts = range(len(values) - 5)
        row = sum(holds(values[i : i + 6], target) for i in starts) / len(starts)
        rows.append((trial, metric, len(values), drawn, row))
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tables", nargs="+", default=[])
    parser.add_argument("--log")
    parser.add_argument("--draws", type=int, default=20000)
    options = parser.parse_args()
    chance = random.Random(1)
    if options.tables:
        print("| table | configurations | one from each of six strata | the first six |\n|---|--:|--:|--:|")
        for path in options.tables:
            count, drawn, first = of_table(path, options.draws, chance)
            print(f"| {os.path.basename(path).split('.')[0]} | {count} | {100 * drawn:.1f} % | {100 * first:.1f} % |")
    if options.log:
        rows = of_log(options.log, options.draws, chance)
        if not rows:
            sys.exit(f"{options.log} has no trial with 30 blocks")
        print("| trial | metric | blocks | six blocks, one from each stratum | six blocks in a row |\n|---|---|--:|--:|--:|")
        for trial, metric, count, drawn, row in rows:
            print(f"| {trial} | {metric} | {count} | {100 * drawn:.1f} % | {100 * row:.1f} % |")


if __name__ == "__main__":
    main()
