#!/usr/bin/env python3
"""What a token costs in instructions: chimera bench against llama-bench on the same libraries, where a ratio of times is too noisy.

    bench/llama_bench_instructions.py --llama-bench OUT/llama-bench --model FILE.gguf [--binary PATH] [-p N] [-n N] [--write]

Counts with callgrind, with one thread, so that neither other work nor clocks change anything: what is spent in each call of
llama_decode, which both programs make once for the prompt and once for each token. "With sampling and detokenising" is what chimera
spends from the end of one call to the end of the next. Takes minutes: a program runs some fifty times slower under callgrind.
--write puts the table into docs/performance.md.
"""
import argparse
import glob
import os
import re
import statistics
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import report  # noqa: E402

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def calls(command, environment, only_inside):
    """Instructions up to the end of each call of llama_decode since the end of the one before; or in each call only."""
    with tempfile.TemporaryDirectory() as scratch:
        out = os.path.join(scratch, "out")
        toggle = ["--toggle-collect=llama_decode"] if only_inside else []
        subprocess.run(["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}", "--dump-after=llama_decode", *toggle, *command], capture_output=True, check=True, env=environment)
        counts = []
        for path in sorted((path for path in glob.glob(out + ".*")), key=lambda path: int(path.rsplit(".", 1)[1])):
            with open(path, encoding="utf-8", errors="replace") as lines:
                text = lines.read()
            if "Trigger: --dump-after" in text:
                counts.append(int(re.search(r"^(?:totals|summary): (\d+)", text, re.MULTILINE).group(1)))
        return counts


def ours(options, only_inside):
    with tempfile.TemporaryDirectory() as scratch:
        command = [options.binary, "bench", "--engine", "embedded", "--model", options.model, "-p", str(options.p), "-n", str(options.n), "--set", "threads=1", "--set", "num_ctx=1024",
                   "--repeat", "1", "--repetitions", "1", "--warmup", "0", "--no-duplicate", "--no-telemetry", "--quiet", "-o", os.path.join(scratch, "log.jsonl")]
        return calls(command, {**os.environ, "CHIMERA_LLAMA": os.path.dirname(os.path.abspath(options.llama_bench))}, only_inside)


def theirs(options):
    command = [options.llama_bench, "-m", options.model, "-t", "1", "-r", "1", "-ngl", "0", "--no-warmup", "-o", "json", "-p", "0", "-n", str(options.n), "-d", str(options.p)]
    return calls(command, dict(os.environ), True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--llama-bench", required=True)
    parser.add_argument("--model", required=True)
    parser.add_argument("--binary", default=os.path.join(ROOT, "build/release/bin/chimera"))
    parser.add_argument("-p", type=int, default=64, help="tokens of the prompt")
    parser.add_argument("-n", type=int, default=8, help="tokens to write")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    mine, other, whole = ours(options, True), theirs(options), ours(options, False)
    print(f"chimera {mine}\nllama-bench {other}\nchimera, from call to call {whole}", file=sys.stderr)
    # The largest call is the prompt; what follows it are tokens one by one.
    prompts = [calls_made.index(max(calls_made)) for calls_made in (mine, other, whole)]
    prefill = (mine[prompts[0]] / options.p, other[prompts[1]] / options.p)
    decode = (statistics.median(mine[prompts[0] + 1:]), statistics.median(other[prompts[1] + 1:]))
    client = statistics.median(whole[prompts[2] + 1:])
    lines = [f"Instructions a token (callgrind); one thread, {os.path.basename(options.model)}, context of {p} tokens.", "", "| | chimera bench | llama-bench | ratio |", "|---|--:|--:|--:|"]
    for title, (a, b) in (("prefill, the model alone", prefill), ("decode, the model alone", decode), ("decode with sampling and detokenising, against llama-bench's without", (client, decode[1]))):
        lines.append(f"| {title} | {a / 1e6:.2f} M | {b / 1e6:.2f} M | {a / b:.4f} |")
    table = "\n".join(lines)
    print(table)
    if options.write:
        report.write_between(os.path.join(ROOT, "docs/performance.md"), "llama-bench-instructions", table + "\n")


if __name__ == "__main__":
    main()
