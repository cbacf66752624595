"""Whether a model of random weights is as fast as the real one: sessions of both in pairs of random order.

    synth_twin.py PROGRAM MODEL.gguf [PAIRS] [--force]

Writes the model's twin (`chimera model synth --like`), then measures each pair with `chimera bench`, one thread, and prints the
median of twin / real for decode and prefill (the engine's own clock) with its sign-test interval, and the smallest difference
that sessions of one and the same model leave open (the A/A of each session). Refused where the load is above 0.3, unless forced.
"""
import json
import math
import os
import random
import statistics
import subprocess
import sys
import tempfile

METRICS = ("decode_engine_tok_per_s", "prefill_engine_tok_per_s")


def measure(program, model, folder):
    """{metric: value} and the A/A's smallest differences of one short session."""
    log = os.path.join(folder, "log.jsonl")
    done = subprocess.run([program, "bench", "--quiet", "--json", "--model", model, "-p", "128", "-n", "64", "--set", "threads=1", "--repeat", "1", "--no-telemetry", "--no-duplicate", "-o", log],
                          capture_output=True, check=True)
    os.unlink(log)
    metrics = json.loads(done.stdout)["configurations"][0]["metrics"]
    return {name: metrics[name]["value"] for name in METRICS}


def interval(values):
    """Of the median at 95 %, by the sign test."""
    ordered, n = sorted(values), len(values)
    below = 0.0
    for k in range(n):
        below += math.comb(n, k) / 2**n
        if below > 0.025:
            return (ordered[k - 1], ordered[n - k]) if k > 0 else (math.nan, math.nan)
    return math.nan, math.nan


def main():
    arguments = [argument for argument in sys.argv[1:] if argument != "--force"]
    program, model = os.path.abspath(arguments[0]), arguments[1]
    pairs = int(arguments[2]) if len(arguments) > 2 else 30
    load = os.getloadavg()[0]
    if load > 0.3 and "--force" not in sys.argv:
        sys.exit(f"the load is {load:.2f}: measure on an idle machine, or --force")
    draw = random.Random(1)
    ratios = {name: {"twin": [], "same": []} for name in METRICS}
    with tempfile.TemporaryDirectory() as folder:
        twin = os.path.join(folder, "twin.gguf")
        subprocess.run([program, "model", "synth", "--quiet", "--like", model, "-o", twin], check=True, stdout=subprocess.DEVNULL)
        for _ in range(pairs):
            order = ["real", "again", "twin"]  # the real one twice: what differs between those is noise
            draw.shuffle(order)
            seen = {which: measure(program, twin if which == "twin" else model, folder) for which in order}
            for name in METRICS:
                ratios[name]["twin"].append(seen["twin"][name] / seen["real"][name])
                ratios[name]["same"].append(seen["again"][name] / seen["real"][name])
    print(f"{pairs} pairs, load {load:.2f} before")
    for name in METRICS:
        for which, label in (("twin", "twin / real"), ("same", "real / real")):
            low, high = interval(ratios[name][which])
            print(f"{name:26} {label}: {statistics.median(ratios[name][which]):.4f} [{low:.4f}, {high:.4f}]")


if __name__ == "__main__":
    main()
