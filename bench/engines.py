#!/usr/bin/env python3
"""The same prompts to the embedded engine, to a llama-server on the same libraries and to transcripts of both, the clocks side by side.

    bench/build_llama_tools .cache/llama-tools server
    bench/engines.py [--server PROGRAM] [--model NAME] [-p 32,128,512] [-n 64] [--repeat N] [--threads N] [--binary PATH] [--write]

Each engine is measured by chimera bench with the same seed, so with the same prompts, in blocks with a fresh load each; every call is
recorded, and the measured ones are played back by the replay engine with the recorded times. Both that compute use as many threads,
a context of 1024 and no flash attention. Refuses to measure where other work keeps the machine busy (load above 0.3); --busy measures all
the same. --write puts the table into docs/engines.md.
"""
import argparse
import json
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import processes  # noqa: E402
import report  # noqa: E402

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BUSY = 0.3
SERVER = "{server} -m {{model}} --host 127.0.0.1 --port {{port}} -c {{num_ctx}} -t {{threads}} -ngl 0 -np 1 -fa {{flash_attn}}"
# key, heading, factor, digits
COLUMNS = [("ttft_s", "TTFT, client ms", 1e3, 1), ("prompt_eval_s", "prompt evaluation, engine ms", 1e3, 1), ("decode_tok_per_s", "decode, client tok/s", 1, 2),
           ("engine_rate", "decode, engine tok/s", 1, 2), ("e2e_s", "whole, client ms", 1e3, 0), ("load_s", "load ms", 1e3, 0)]


def bench(options, scratch, name, *more):
    """Configurations by prompt length, and the transcript with every call."""
    transcript = os.path.join(scratch, name + ".transcript.jsonl")
    command = [options.binary, "bench", "-p", options.p, "-n", str(options.n), "--repeat", str(options.repeat), "--repetitions", "3", "--warmup", "2", "--no-duplicate", "--no-telemetry",
               "--json", "--quiet", "--record", transcript, "-o", os.path.join(scratch, name + ".jsonl"), *more]
    print(f"measuring: {name}", file=sys.stderr)
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return {c["config"]["prompt_tokens"]: c["metrics"] for c in json.loads(done.stdout)["configurations"]}, transcript


def computing(options, scratch, name):
    more = ["--model", options.model, "--set", f"threads={options.threads}", "--set", "num_ctx=1024", "--set", "flash_attn=off", "--set", "temperature=0"]
    if name == "llama-server":
        more += ["--engine", "openai", "--serve-cmd", SERVER.format(server=options.server)]
    return bench(options, scratch, name, *more)


def replayed(options, scratch, name, transcript):
    """Each length by itself: replay answers in the order of the record."""
    found = {}
    with open(transcript, encoding="utf-8") as lines:
        calls = [json.loads(line) for line in lines]
    for prompt in options.p.split(","):
        fitting = [c for c in calls if c["completion"].get("prompt_tokens") == int(prompt) and c["completion"].get("completion_tokens") == options.n]
        measured = os.path.join(scratch, f"{name}.{prompt}.jsonl")
        with open(measured, "w", encoding="utf-8") as out:
            for call in fitting[-3 * options.repeat:]:
                out.write(json.dumps(call) + "\n")
        one = argparse.Namespace(**{**vars(options), "p": prompt})
        metrics, _ = bench(one, scratch, f"replay of {name} {prompt}", "--engine", "replay", "--transcript", measured)
        found.update(metrics)
    return found


def cell(metrics, key, factor, digits):
    if key == "engine_rate":
        key = "decode_engine_tok_per_s" if "decode_engine_tok_per_s" in metrics else "decode_server_tok_per_s"
    if key not in metrics:
        return "-"
    value = metrics[key]
    text = f"{value['value'] * factor:.{digits}f}"
    return text if value.get("low") is None else f"{text} ({value['low'] * factor:.{digits}f} to {value['high'] * factor:.{digits}f})"


def table(options, results):
    lines = [f"{processes.machine()}; {options.model}, {options.threads} thread{'s' if options.threads > 1 else ''}, {options.n} output tokens; medians of {options.repeat} blocks of three repetitions, with 95 % intervals from five blocks on.", "",
             "| prompt | engine | " + " | ".join(heading for _, heading, _, _ in COLUMNS) + " |", "|--:|---|" + "--:|" * len(COLUMNS)]
    for prompt in options.p.split(","):
        for name, by_prompt in results.items():
            metrics = by_prompt[int(prompt)]
            lines.append(f"| {prompt} | {name} | " + " | ".join(cell(metrics, key, factor, digits) for key, _, factor, digits in COLUMNS) + " |")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--server", default=os.path.join(ROOT, ".cache/llama-tools/llama-server"))
    parser.add_argument("--model", default="gemma3:270m")
    parser.add_argument("--binary", default=os.path.join(ROOT, "build/release/bin/chimera"))
    parser.add_argument("-p", default="32,128,512")
    parser.add_argument("-n", type=int, default=64)
    parser.add_argument("--repeat", type=int, default=6)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--busy", action="store_true")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    load = processes.load()
    if load > BUSY and not options.busy:
        sys.exit(f"the machine is busy (load {load:.2f} > {BUSY}): nothing was measured")
    results, transcripts = {}, {}
    with tempfile.TemporaryDirectory() as scratch:
        for name in ("embedded", "llama-server"):
            results[name], transcripts[name] = computing(options, scratch, name)
        for name, transcript in transcripts.items():
            results[f"replay of {name}"] = replayed(options, scratch, name, transcript)
    text = table(options, results)
    if load > BUSY:
        text = f"Indicative: other programs kept the machine busy (load {load:.1f}).\n\n{text}"
    print(text)
    if options.write:
        report.write_between(os.path.join(ROOT, "docs/engines.md"), "engines", text + "\n")


if __name__ == "__main__":
    main()
