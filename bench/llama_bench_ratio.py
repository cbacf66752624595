#!/usr/bin/env python3
"""chimera bench against llama-bench on the same prebuilt libraries and model: the ratio of their rates, pair by pair.

    bench/build_llama_tools OUT bench
    bench/llama_bench_ratio.py --llama-bench OUT/llama-bench --model FILE.gguf [--pairs N] [--binary PATH] [-p N] [-n N] [--num-gpu N] [--keep FILE] [--write]

Each pair runs both, in turns first one and then the other, with one thread, one warm-up and one repetition, and the same
context before decoding. Pairs are short and many: this kind of machine drifts by more in ten seconds than the two programs
differ. chimera's own rule would repeat the warm-up until it is steady, which sets the two sides of a pair apart, so it is asked for two
repetitions without a warm-up and the second one counts.

Compared are the rates of the model alone (prefill_engine_tok_per_s against pp, decode_engine_tok_per_s against tg at the depth of
the prompt), and beside them the client's decode rate, which holds sampling and detokenising too. Ratio and interval are
those of signed ranks (the Hodges-Lehmann estimate of the logarithms): as the order turns from pair to pair, a ratio and its inverse are
equally likely where there is no difference, which is all that it assumes. The sign test's interval of the median is
printed too. Refuses to measure where other work keeps the machine busy (load above 0.3); --busy measures all the same. --keep
adds the pairs to a file and judges all that are in it. --write puts the table into docs/performance.md.
"""
import argparse
import json
import math
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


def ours(options, scratch, number):
    log = os.path.join(scratch, f"{number}.jsonl")
    command = [options.binary, "bench", "--engine", "embedded", "--model", options.model, "-p", str(options.p), "-n", str(options.n), "--set", "threads=1", "--set", "num_ctx=1024",
               *([] if options.num_gpu is None else ["--set", f"num_gpu={options.num_gpu}"]), "--repeat", "1", "--repetitions", "2", "--warmup", "0", "--no-duplicate", "--no-telemetry", "--json", "--quiet", "-o", log]
    environment = {**os.environ, "CHIMERA_LLAMA": os.path.dirname(os.path.abspath(options.llama_bench))}
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    metrics = json.loads(done.stdout)["configurations"][0]["metrics"]
    return {"prefill": metrics["prefill_engine_tok_per_s"]["value"], "decode": metrics["decode_engine_tok_per_s"]["value"], "client": metrics["decode_tok_per_s"]["value"]}


def theirs(options):
    common = [options.llama_bench, "-m", options.model, "-t", "1", "-r", "1", "-ngl", str(options.num_gpu or 0), "-o", "json"]
    rates = {}
    for name, arguments in (("prefill", ["-p", str(options.p), "-n", "0"]), ("decode", ["-p", "0", "-n", str(options.n), "-d", str(options.p)])):
        done = subprocess.run(common + arguments, capture_output=True, text=True, check=True)
        rates[name] = json.loads(done.stdout)[0]["avg_ts"]
    rates["client"] = rates["decode"]
    return rates


def signed_ranks(ratios, confidence=0.95):
    """(estimate, low, high): the median of the means of all pairs of logarithms, and the interval that Wilcoxon's test leaves."""
    logs = [math.log(ratio) for ratio in ratios]
    n = len(logs)
    walsh = sorted((logs[i] + logs[j]) / 2 for i in range(n) for j in range(i, n))
    deviation = statistics.NormalDist().inv_cdf((1 + confidence) / 2) * math.sqrt(n * (n + 1) * (2 * n + 1) / 24)
    cut = max(0, math.floor(n * (n + 1) / 4 - deviation) - 1)
    return tuple(math.exp(value) for value in (statistics.median(walsh), walsh[cut], walsh[-1 - cut]))


def with_interval(ratios):
    at, ordered = coverage.rank(len(ratios)), sorted(ratios)
    if at == 0:
        return f"{statistics.median(ratios):.4f} (too few pairs) | "
    middle, low, high = signed_ranks(ratios)
    return f"{middle:.4f} ({low:.4f} to {high:.4f}) | {statistics.median(ratios):.4f} ({ordered[at - 1]:.4f} to {ordered[-at]:.4f})"


def kept(path):
    if not path or not os.path.exists(path):
        return []
    with open(path, encoding="utf-8") as lines:
        return [tuple(json.loads(line)) for line in lines]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--llama-bench", required=True)
    parser.add_argument("--model", required=True)
    parser.add_argument("--binary", default=os.path.join(ROOT, "build/release/bin/chimera"))
    parser.add_argument("--pairs", type=int, default=30)
    parser.add_argument("-p", type=int, default=128)
    parser.add_argument("-n", type=int, default=64)
    parser.add_argument("--num-gpu", type=int, help="layers on the GPU; none without it")
    parser.add_argument("--keep", metavar="FILE", help="add the pairs to this file (JSON Lines) and judge all in it")
    parser.add_argument("--busy", action="store_true")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    if processes.load() > BUSY and not options.busy:
        sys.exit(f"the machine is busy (load {processes.load():.2f} > {BUSY}): nothing was measured")
    pairs = kept(options.keep)
    with tempfile.TemporaryDirectory() as scratch:
        for number in range(options.pairs):
            if number % 2 == 0:
                mine, other = ours(options, scratch, number), theirs(options)
            else:
                other, mine = theirs(options), ours(options, scratch, number)
            pairs.append((mine, other))
            if options.keep:
                with open(options.keep, "a", encoding="utf-8") as lines:
                    print(json.dumps(pairs[-1]), file=lines)
            print(f"pair {number + 1} of {options.pairs}", file=sys.stderr)
    lines = [f"{processes.machine()}; one thread, {os.path.basename(options.model)}, {len(pairs)} pairs in turns, {options.p} prompt and {options.n} output tokens.", "",
             "| rate | chimera bench | llama-bench | ratio by signed ranks, with 95 % interval | median ratio, sign test |", "|---|--:|--:|--:|--:|"]
    names = {"prefill": "prefill, the model alone", "decode": "decode, the model alone", "client": "decode with sampling and detokenising, against llama-bench's without"}
    for name, title in names.items():
        ratios = [mine[name] / other[name] for mine, other in pairs]
        a, b = (statistics.median(side[name] for side in sides) for sides in zip(*pairs))
        lines.append(f"| {title} | {a:.2f} tok/s | {b:.2f} tok/s | {with_interval(ratios)} |")
    table = "\n".join(lines)
    print(table)
    if options.write:
        report.write_between(os.path.join(ROOT, "docs/performance.md"), "llama-bench", table + "\n")


if __name__ == "__main__":
    main()
