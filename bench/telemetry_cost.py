#!/usr/bin/env python3
"""What ten samples of every sensor a second cost the decode rate: sessions with and without them, in turns.

    bench/telemetry_cost.py --model FILE.gguf [--pairs N] [--binary PATH] [-p N] [-n N] [--num-gpu N] [--write]

The interval is of the median of the ratios (with / without), by the sign test; what it could have seen is its larger side. The
sampler's own lateness comes from the logs. Refuses to measure where the machine is busy (load above 0.3); --busy measures all the same.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import coverage  # noqa: E402
import processes  # noqa: E402
import report  # noqa: E402

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BUSY = 0.3


def rate(options, scratch, name, *more):
    log = os.path.join(scratch, f"{name}.jsonl")
    gpu = [] if options.num_gpu is None else ["--set", f"num_gpu={options.num_gpu}"]
    done = subprocess.run([options.binary, "bench", "--model", options.model, "-p", str(options.p), "-n", str(options.n), "--set", "threads=1", *gpu, "--repeat", "1", "--no-duplicate",
                           "--json", "--quiet", "-o", log, *more], capture_output=True, text=True, check=True)
    with open(log, encoding="utf-8") as lines:
        lags = [record["telemetry"]["lag"] for record in map(json.loads, lines) if record["record"] == "telemetry"]
    return json.loads(done.stdout)["configurations"][0]["metrics"]["decode_tok_per_s"]["value"], lags


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", required=True)
    parser.add_argument("--binary", default=os.path.join(ROOT, "build/release/bin/chimera"))
    parser.add_argument("--pairs", type=int, default=30)
    parser.add_argument("-p", type=int, default=16)
    parser.add_argument("-n", type=int, default=64)
    parser.add_argument("--num-gpu", type=int, help="layers on the GPU; none without it")
    parser.add_argument("--busy", action="store_true")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    if options.pairs < 6:
        sys.exit("fewer than 6 pairs have no interval")
    if processes.load() > BUSY and not options.busy:
        sys.exit(f"the machine is busy (load {processes.load():.2f} > {BUSY}): nothing was measured")
    ratios, buckets = [], []
    with tempfile.TemporaryDirectory() as scratch:
        for number in range(options.pairs):
            order = ("on", "off") if number % 2 == 0 else ("off", "on")
            seen = {}
            for side in order:
                seen[side], lags = rate(options, scratch, f"{number}{side}", *(["--no-telemetry"] if side == "off" else []))
                for lag in lags:
                    buckets = [a + b for a, b in zip(buckets or [0] * len(lag["buckets"]), lag["buckets"])]
            ratios.append(seen["on"] / seen["off"])
            print(f"pair {number + 1} of {options.pairs}", file=sys.stderr)
    at, ordered = coverage.rank(len(ratios)), sorted(ratios)
    low, high = ordered[at - 1], ordered[-at]
    total, late = sum(buckets), [f"{2**i} µs: {n}" for i, n in enumerate(buckets) if n > 0]
    text = (f"{processes.machine()}; one thread, {options.pairs} pairs in turns. Decode rate with telemetry / without: {statistics.median(ratios):.4f} ({low:.4f} to {high:.4f}); a difference of "
            f"{100 * max(abs(1 - low), abs(high - 1)):.2f} % would have been seen. The sampler woke {total} times; later than asked by less than " + ", ".join(late) + ".")
    print(text)
    if options.write:
        report.write_between(os.path.join(ROOT, "docs/performance.md"), "telemetry", text + "\n")


if __name__ == "__main__":
    main()
