#!/usr/bin/env python3
"""Everything that takes an NVIDIA GPU, in one go: sweeps, kernels, tuning and the ratios against llama-bench, into a folder.

    bench/gpu.py --out DIR --models DIR [--binary PATH] [--llama-bench PATH] [--minutes N] [--only STEP,STEP]

Needs no network: the models are made on the spot with random weights (chimera model synth), as fast and as large as real ones.
A step that fails is told and the others go on; none is begun that the time left would not hold. DIR/tables.md holds what
docs/performance.md shows.
"""
import argparse
import json
import os
import signal
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)


def end_in_time(process, seconds):
    """Its exit code. One that takes longer is asked to end, and then made to: a session that is asked shows what it has."""
    for wait, number in ((seconds, signal.SIGINT), (15, signal.SIGKILL)):
        try:
            return process.wait(timeout=wait)
        except subprocess.TimeoutExpired:
            process.send_signal(number)
    process.wait()
    return "out of time"


class Runner:
    def __init__(self, options):
        self.options = options
        self.ends = time.monotonic() + 60 * options.minutes
        self.told = []

    def path(self, name):
        return os.path.join(self.options.out, name)

    def left(self):
        return self.ends - time.monotonic()

    def run(self, name, command, seconds, out=None):
        """Runs it for at most so many seconds; what it prints goes into NAME.txt, or standard output into `out`."""
        if self.options.only and name not in self.options.only.split(","):
            return None
        if self.left() < min(seconds, 20):
            self.told.append(f"{name}: left out, {self.left():.0f} s are left")
            return None
        started = time.monotonic()
        with open(self.path(out or name + ".txt"), "w", encoding="utf-8") as output, open(self.path(name + ".err"), "w", encoding="utf-8") as errors:
            try:
                code = end_in_time(subprocess.Popen(command, stdout=output, stderr=errors), min(seconds, self.left()))
            except OSError as error:
                code = str(error)
        self.told.append(f"{name}: {'ok' if code == 0 else code}, {time.monotonic() - started:.0f} s")
        print(self.told[-1], flush=True)
        if code != 0:
            with open(self.path(name + ".err"), encoding="utf-8", errors="replace") as errors:
                print("    " + "    ".join(errors.readlines()[-8:]), flush=True)
        return code


def make_models(runner, models):
    binary = runner.options.binary
    for arch, size in (("llama", "1b"), ("llama", "8b")):
        path = os.path.join(runner.options.models, f"{arch}-{size}.gguf")
        models[size] = path
        if not os.path.exists(path):
            runner.run(f"synth-{size}", [binary, "model", "synth", "--arch", arch, "--size", size, "-o", path], 120)


def measure(runner, models):
    options, binary = runner.options, runner.options.binary

    def bench(name, seconds, *arguments):
        runner.run(name, [binary, "bench", "--engine", "embedded", "-o", runner.path(name + ".jsonl"), "--md", runner.path(name + ".md"), "--minutes", f"{seconds / 60 * 0.55:.2f}", "--json", "--quiet",
                          *arguments], seconds, name + ".json")

    runner.run("doctor", [binary, "doctor"], 60)
    bench("batch", 130, "--model", models["8b"], "-p", "512", "-n", "64", "--set", "num_gpu=99", "--set", "num_ctx=2048", "--set", "flash_attn=off,on", "--warmup", "2", "--repetitions", "2", "--kernels")
    bench("layers", 130, "--model", models["1b"], "-p", "128", "-n", "32", "--set", "num_gpu=99,8,0", "--set", "num_ctx=1024", "--set", "threads=8", "--warmup", "1", "--repetitions", "2")
    for kernel in ("mlp", "conv", "transformer"):
        sizes = ["--set", "n=4096", "--set", "tokens=1,512", "--set", "type=f16,q8_0,q4_0"] if kernel != "conv" else ["--set", "size=56", "--set", "channels=256", "--set", "filters=256"]
        runner.run("kernel-" + kernel, [binary, "bench", "kernel", kernel, "--backend", "cuda", *sizes, "--run-ms", "20", "--minutes", "0.3", "--kernels", "-o", runner.path(f"kernel-{kernel}.jsonl")], 45)
    if options.llama_bench:
        runner.run("ratio", [sys.executable, os.path.join(HERE, "llama_bench_ratio.py"), "--llama-bench", options.llama_bench, "--binary", binary, "--model", models["1b"], "--pairs", "10",
                             "-p", "512", "-n", "128", "--num-gpu", "99", "--busy"], 150)
    runner.run("telemetry", [sys.executable, os.path.join(HERE, "telemetry_cost.py"), "--binary", binary, "--model", models["1b"], "--pairs", "8", "-p", "128", "-n", "256", "--num-gpu", "99", "--busy"], 90)
    runner.run("tune", [binary, "tune", "--engine", "embedded", "--model", models["1b"], "--set", "num_gpu=0,8,99", "--set", "flash_attn=off,on", "--set", "ubatch=128,512",
                        "-p", "256", "-n", "64", "--budget", "60s", "--no-quality", "--json", "--quiet", "-o", runner.path("tune.jsonl")], 110, "tune.json")
    program = "import torch; a = torch.randn(4096, 4096, device='cuda', dtype=torch.bfloat16); [a @ a for _ in range(20)]; torch.cuda.synchronize(); print('products: 20')"
    runner.run("run", [binary, "run", "--name", "matrix product", "-o", runner.path("run.jsonl"), "--", "python3", "-c", program], 60)
    runner.run("run-ncu", [binary, "run", "--ncu", "--name", "matrix product", "-o", runner.path("run-ncu.jsonl"), "--", "python3", "-c", program], 90)


def cell(metrics, key, scale=1.0, digits=1):
    found = metrics.get(key)
    if not found or found.get("value") is None:
        return "-"
    text = f"{found['value'] * scale:.{digits}f}"
    if found.get("low") is not None:
        text += f" ({found['low'] * scale:.{digits}f} to {found['high'] * scale:.{digits}f})"
    return text


def table_of(path, settings):
    with open(path, encoding="utf-8") as file:
        result = json.load(file)
    lines = [f"| {' | '.join(settings)} | decode tok/s | prefill tok/s | TTFT ms | GPU memory MiB | power W | energy J | blocks |", "|" + "---|" * len(settings) + "--:|" * 7]
    for entry in result["configurations"]:
        config, metrics = entry.get("config", {}), entry.get("metrics", {})
        lines.append("| " + " | ".join([*(str(config.get(key, "-")) for key in settings), cell(metrics, "decode_tok_per_s"), cell(metrics, "prefill_tok_per_s", 1, 0), cell(metrics, "ttft_s", 1000, 2),
                                        cell(metrics, "gpu_memory_bytes", 1 / 2**20, 0), cell(metrics, "power_w", 1, 0), cell(metrics, "energy_j", 1, 1), str(metrics.get("decode_tok_per_s", {}).get("n", "-"))]) + " |")
    return lines


def tables(runner):
    out = []
    for name, settings, title in (("layers", ("num_gpu",), "Llama 1B (synthetic weights, Q4_K_M), layers on the GPU"), ("batch", ("flash_attn",), "Llama 8B (synthetic weights, Q4_K_M), all layers on the GPU")):
        try:
            out += ["", title + ":", "", *table_of(runner.path(name + ".json"), settings)]
        except (OSError, ValueError, KeyError) as error:
            out += ["", f"{title}: not measured ({error})"]
    for name in ("ratio", "telemetry"):
        try:
            with open(runner.path(name + ".txt"), encoding="utf-8") as file:
                out += ["", *file.read().splitlines()]
        except OSError:
            pass
    return out


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", required=True)
    parser.add_argument("--models", required=True, help="where the made models go: gigabytes")
    parser.add_argument("--binary", default=os.path.join(ROOT, "build/release/bin/chimera"))
    parser.add_argument("--llama-bench")
    parser.add_argument("--minutes", type=float, default=9)
    parser.add_argument("--only", help="names of steps")
    options = parser.parse_args()
    os.makedirs(options.out, exist_ok=True)
    os.makedirs(options.models, exist_ok=True)
    runner, models = Runner(options), {}
    make_models(runner, models)
    measure(runner, models)
    text = "\n".join(tables(runner)).strip()
    print(text, flush=True)
    with open(runner.path("tables.md"), "w", encoding="utf-8") as file:
        file.write(text + "\n")


if __name__ == "__main__":
    main()
