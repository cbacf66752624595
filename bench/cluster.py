#!/usr/bin/env python3
"""What handing work to Slurm costs, measured on a private cluster, and what follows for large ones by a small simulation.

    bench/cluster.py measure [--chimera PROGRAM] [--nodes N] [-o FILE]   times of a private cluster as JSON; a few minutes
    bench/cluster.py simulate [FILE]                                     tables of a model with these times

The model is an event simulation of one controller that starts so many tasks a second, nodes that each work on one task, and one
process that merges; FILE calibrates it. Its figures for large clusters are what the model says, not measurements.
"""

import argparse
import heapq
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
LOCAL = ROOT / "tools/slurm_local"
TRANSCRIPT = ROOT / "docs/transcripts/bench.jsonl"
# Of a private cluster on two shared processors, 2026-11; `measure` gives those of another.
USUAL = {"submit_s": 0.10, "start_per_s": 6.0, "task_overhead_s": 0.09, "read_mb_per_s": 39.0, "adopt_mb_per_s": 77.0}


class Cluster:
    def __init__(self, chimera, nodes):
        self.chimera = str(pathlib.Path(chimera).resolve())
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="slurm"))
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="jobs"))
        subprocess.run([LOCAL, "start", self.folder], check=True, env={**os.environ, "SLURM_LOCAL_NODES": str(nodes)}, stdout=sys.stderr)
        self.environment = {**os.environ, "SLURM_CONF": str(self.folder / "etc/slurm.conf"), "XDG_STATE_HOME": str(self.home / "state")}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        subprocess.run([LOCAL, "stop", self.folder], check=False, stdout=sys.stderr)
        shutil.rmtree(self.folder, True)
        shutil.rmtree(self.home, True)

    def run(self, *arguments):
        started = time.monotonic()
        subprocess.run([self.chimera, *map(str, arguments)], check=True, env=self.environment, cwd=self.home, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return time.monotonic() - started

    def bench(self, log, configurations, blocks, *more):
        values = ",".join(str(i) for i in range(1, configurations + 1))
        return self.run("bench", "--engine", "replay", "--transcript", TRANSCRIPT, "-p", 16, "-n", 8, "--no-telemetry", "--quiet", "--set", f"threads={values}", "--repeat", blocks, "-o", log, *more)


def submission_seconds(cluster):
    """Until a plan of a thousand configurations is in the queue, from the start of the program; the tasks are held, then cancelled."""
    values = ",".join(str(i) for i in range(1, 1001))
    arguments = [cluster.chimera, "bench", "--engine", "replay", "--transcript", str(TRANSCRIPT), "-p", "16", "-n", "8", "--set", f"threads={values}", "--repeat", "1", "-o", "many.jsonl",
                 "--executor", "slurm", "--sbatch=--hold"]
    started = time.monotonic()
    process = subprocess.Popen(arguments, env=cluster.environment, cwd=cluster.home, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    noted = cluster.home / "many.job/submissions.jsonl"
    while not noted.exists() or not noted.read_text().endswith("\n"):
        time.sleep(0.002)
    seconds = time.monotonic() - started
    tasks = len(json.loads((cluster.home / "many.job/job.json").read_text())["tasks"])
    process.kill()
    process.wait()
    subprocess.run([cluster.chimera, "jobs", "cancel", "many.jsonl"], env=cluster.environment, cwd=cluster.home, check=True, stderr=subprocess.DEVNULL)
    return seconds, tasks


def started_per_second(cluster):
    """Empty array tasks, as many at a time as there are processors."""
    count = 60
    started = time.monotonic()
    subprocess.run(["sbatch", "--wait", f"--array=0-{count - 1}", "-o", "/dev/null", "--wrap", "true"], env=cluster.environment, cwd=cluster.home, check=True, stdout=subprocess.DEVNULL)
    return count / (time.monotonic() - started)


def task_overhead(cluster):
    """[(seconds of an array task as Slurm counts it from its script's start, seconds of its measuring session)]."""
    cluster.bench("log.jsonl", 5, 120, "--executor", "slurm", "--pack", "2")
    pairs = []
    for path in (cluster.home / "log.job/tasks").glob("*.result.json"):
        result = json.loads(path.read_text())
        lines = (cluster.home / "log.job/tasks" / result["file"]).read_text().splitlines()
        samples = [json.loads(line) for line in lines if '"record":"sample"' in line]
        measuring = (samples[-1]["started_ns"] + samples[-1]["times_ns"]["ended"] - samples[0]["started_ns"]) * 1e-9
        pairs.append(((result["ended_ns"] - result["started_ns"]) * 1e-9, measuring))
    return pairs


def ingest_rates(cluster):
    """MB/s of one task that reads, and of the process that takes shards over."""
    folder = cluster.home / "results"
    folder.mkdir()
    row = '{"model":"m%d","request":%d,"num_ctx":2048,"ttft_s":%.6f,"tokens_per_second":%.6f,"note":"a row of a file that is read by one of several tasks"}\n'
    for number in range(4):
        path = folder / f"{number}.jsonl"
        path.write_text("".join(row % (number, i, i * 1e-5, i * 1e-4) for i in range(170000)))
        os.utime(path, (1700000000, 1700000000))
    megabytes = sum(path.stat().st_size for path in folder.iterdir()) / 1e6
    here = cluster.run("ingest", "results", "--store", "here.duckdb", "--quiet")
    process = subprocess.Popen([cluster.chimera, "ingest", "results", "--store", "there.duckdb", "--executor", "slurm", "--shards", "4", "--quiet"], env=cluster.environment, cwd=cluster.home,
                               stdout=subprocess.DEVNULL)
    results = cluster.home / "there.job/tasks"
    while process.poll() is None and (not results.exists() or len(list(results.glob("*.result.json"))) < 4):
        time.sleep(0.01)
    merging = time.monotonic()
    process.wait()
    # Less what passed until the next look at the results: half a second on average.
    return megabytes / here, megabytes / max(0.1, time.monotonic() - merging - 0.5)


def measure(arguments):
    found = {}
    with Cluster(arguments.chimera, arguments.nodes) as cluster:
        found["submit_s"], found["tasks_of_1000"] = submission_seconds(cluster)
        found["start_per_s"] = started_per_second(cluster)
        pairs = task_overhead(cluster)
        found["task_overhead_s"] = statistics.median(whole - measuring for whole, measuring in pairs)
        found["task_measuring_s"] = statistics.median(measuring for _, measuring in pairs)
        found["read_mb_per_s"], found["adopt_mb_per_s"] = ingest_rates(cluster)
    text = json.dumps(found, indent=1) + "\n"
    if arguments.out:
        pathlib.Path(arguments.out).write_text(text)
    print(text, end="")


def makespan(tasks, nodes, seconds, times):
    """Seconds until `tasks` of so many seconds are done: the controller starts at most start_per_s a second, a node has one at a time."""
    free = [0.0] * min(nodes, tasks)
    heapq.heapify(free)
    controller, last = 0.0, 0.0
    for _ in range(tasks):
        controller = max(controller + 1 / times["start_per_s"], free[0])
        end = controller + times["task_overhead_s"] + seconds
        heapq.heapreplace(free, end)
        last = max(last, end)
    return last


def duration(seconds):
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h" if seconds < 172800 else f"{seconds / 86400:.1f} d"


def simulate(arguments):
    times = {**USUAL, **(json.loads(pathlib.Path(arguments.file).read_text()) if arguments.file else {})}
    each = 60.0
    print(f"Configurations of {each:.0f} s; the baseline is measured twice in every task.\n")
    print("| configurations | nodes | in a task | tasks | takes | of the nodes' time spent on configurations |")
    print("|--:|--:|--:|--:|--:|--:|")
    for configurations, nodes, pack in ((1000, 4, 24), (1000, 100, 8), (100_000, 100, 24), (1_000_000, 1000, 24), (1_000_000, 1000, 8), (1_000_000, 1000, 1)):
        tasks = -(-configurations // pack)
        whole = makespan(tasks, nodes, (pack + 2) * each, times)
        print(f"| {configurations:,} | {nodes:,} | {pack} | {tasks:,} | {duration(whole)} | {100 * configurations * each / (whole * min(nodes, tasks)):.0f} % |")
    print(f"\nTen terabytes in shards; a node reads {times['read_mb_per_s']:.0f} MB/s, one process takes {times['adopt_mb_per_s']:.0f} MB/s of shards over.\n")
    print("| nodes | shared file system | reading | merging | whole |")
    print("|--:|--:|--:|--:|--:|")
    megabytes = 10e6
    for nodes, shared in ((1, 10_000), (4, 10_000), (16, 10_000), (100, 10_000), (1000, 10_000), (1000, 1_000)):
        reading = megabytes / min(nodes * times["read_mb_per_s"], shared)
        merging = megabytes / times["adopt_mb_per_s"]
        print(f"| {nodes:,} | {shared / 1000:.0f} GB/s | {duration(reading)} | {duration(merging)} | {duration(reading + merging)} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    measuring = commands.add_parser("measure")
    measuring.add_argument("--chimera", default=str(ROOT / "build/release/bin/chimera"))
    measuring.add_argument("--nodes", type=int, default=3)
    measuring.add_argument("-o", "--out")
    simulating = commands.add_parser("simulate")
    simulating.add_argument("file", nargs="?")
    arguments = parser.parse_args()
    measure(arguments) if arguments.command == "measure" else simulate(arguments)


if __name__ == "__main__":
    main()
