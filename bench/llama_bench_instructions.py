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


def tokens(counts, prompt):
    """The calls behind the last prompt: one for each token."""
    last = max(i for i, count in enumerate(counts) if count > prompt / 2)
    return statistics.median(counts[last + 1:])


def table(options, mine, other, whole):
    """Of the calls of llama_decode by each program, and of chimera's from call to call."""
    prompt = max(mine)
    decode = tokens(mine, prompt), tokens(other, prompt)
    rows = (("prefill, the model alone", prompt / options.p, max(other) / options.p), ("decode, the model alone", *decode),
            ("decode with sampling and detokenising, against llama-bench's without", tokens(whole, prompt), decode[1]))
    return "\n".join([f"Instructions a token (callgrind); one thread, {os.path.basename(options.model)}, prompt of {options.p} tokens, {options.n} written.", "",
                      "| | chimera bench | llama-bench | ratio |", "|---|--:|--:|--:|", *(f"| {title} | {a / 1e6:.2f} M | {b / 1e6:.2f} M | {a / b:.4f} |" for title, a, b in rows)])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--llama-bench", required=True)
    parser.add_argument("--model", required=True)
    parser.add_argument("--binary", default=os.path.join(ROOT, "build/release/bin/chimera"))
    parser.add_argument("-p", type=int, default=32, help="tokens of the prompt")
    parser.add_argument("-n", type=int, default=6, help="tokens to write")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    mine, other, whole = ours(options, True), theirs(options), ours(options, False)
    text = table(options, mine, other, whole)
    print(text)
    if options.write:
        report.write_between(os.path.join(ROOT, "docs/performance.md"), "llama-bench-instructions", text + "\n")


if __name__ == "__main__":
    main()
