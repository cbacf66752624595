#!/usr/bin/env python3
"""What a token costs in instructions: chimera bench against llama-bench on the same libraries, where a ratio of times is too noisy.

    bench/llama_bench_instructions.py --llama-bench OUT/llama-bench --model FILE.gguf [--binary PATH] [-p N] [-n N] [--write]

Counts with callgrind, with one thread, so that neither other work nor clocks change anything. Each program runs twice, for a smaller and
a larger number of tokens; the difference is what these tokens cost, without start and load. "The model alone" is what is spent
in llama_decode and below, which both call; the rest of chimera's is sampling, detokenising and its own clock. Takes minutes:
a program runs some fifty times slower under callgrind. --write puts the table into docs/performance.md.
"""
import argparse
import os
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import report  # noqa: E402

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def counted(command, environment, inside):
    """Instructions of a process; with `inside`, of one function and all that it calls."""
    valgrind = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", *([f"--toggle-collect={inside}"] if inside else [])]
    done = subprocess.run(valgrind + command, capture_output=True, text=True, check=True, env=environment)
    return int(re.search(r"Collected : (\d+)", done.stderr).group(1))


def ours(options, prompt, output, inside):
    with tempfile.TemporaryDirectory() as scratch:
        command = [options.binary, "bench", "--engine", "embedded", "--model", options.model, "-p", str(prompt), "-n", str(output), "--set", "threads=1", "--set", "num_ctx=1024",
                   "--repeat", "1", "--repetitions", "1", "--warmup", "0", "--no-duplicate", "--no-telemetry", "--quiet", "-o", os.path.join(scratch, "log.jsonl")]
        return counted(command, {**os.environ, "CHIMERA_LLAMA": os.path.dirname(os.path.abspath(options.llama_bench))}, inside)


def theirs(options, arguments, inside):
    command = [options.llama_bench, "-m", options.model, "-t", "1", "-r", "1", "-ngl", "0", "--no-warmup", "-o", "json", *arguments]
    return counted(command, dict(os.environ), inside)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--llama-bench", required=True)
    parser.add_argument("--model", required=True)
    parser.add_argument("--binary", default=os.path.join(ROOT, "build/release/bin/chimera"))
    parser.add_argument("-p", type=int, default=64, help="tokens of the prompt, and half as many less")
    parser.add_argument("-n", type=int, default=16, help="tokens to write, and half as many less")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    p, n = options.p, options.n
    inside = "llama_decode"
    prefill = ((ours(options, p, 2, inside) - ours(options, p // 2, 2, inside)) / (p - p // 2),
               (theirs(options, ["-p", str(p), "-n", "0"], inside) - theirs(options, ["-p", str(p // 2), "-n", "0"], inside)) / (p - p // 2))
    decode = ((ours(options, p, n, inside) - ours(options, p, n // 2, inside)) / (n - n // 2),
              (theirs(options, ["-p", "0", "-n", str(n), "-d", str(p)], inside) - theirs(options, ["-p", "0", "-n", str(n // 2), "-d", str(p)], inside)) / (n - n // 2))
    client = (ours(options, p, n, None) - ours(options, p, n // 2, None)) / (n - n // 2)
    lines = [f"Instructions a token (callgrind); one thread, {os.path.basename(options.model)}, context of {p} tokens.", "", "| | chimera bench | llama-bench | ratio |", "|---|--:|--:|--:|"]
    for title, (a, b) in (("prefill, the model alone", prefill), ("decode, the model alone", decode), ("decode with sampling and detokenising, against llama-bench's without", (client, decode[1]))):
        lines.append(f"| {title} | {a / 1e6:.2f} M | {b / 1e6:.2f} M | {a / b:.4f} |")
    table = "\n".join(lines)
    print(table)
    if options.write:
        report.write_between(os.path.join(ROOT, "docs/performance.md"), "llama-bench-instructions", table + "\n")


if __name__ == "__main__":
    main()
