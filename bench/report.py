#!/usr/bin/env python3
"""Times the whole report, and reading alone, against `cat` and a plain Python reader of the same files.

    bench/report.py FOLDER [--binary PATH] [--repetitions N] [--write]

Prints a Markdown table; --write puts it into docs/performance.md between its markers. Refuses to measure where other
work keeps the machine busy.
"""
import argparse
import os
import shutil
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import processes  # noqa: E402

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BUSY = 0.7


def folder_size(folder):
    sizes = [os.path.getsize(os.path.join(root, name)) for root, _, names in os.walk(folder) for name in names]
    return len(sizes), sum(sizes)


def measure(folder, binary, repetitions):
    out = tempfile.mkdtemp(prefix="chimera-bench-")
    here = os.path.dirname(os.path.abspath(__file__))
    commands = {
        "`chimera report`, whole": [binary, "report", folder, "-o", os.path.join(out, "report"), "--writer", "none", "-q"],
        "the same without the SVG charts that Node draws": [binary, "report", folder, "-o", os.path.join(out, "plain"), "--writer", "none", "-q", "--no-pictures"],
        "`chimera ingest`, reading alone": [binary, "ingest", folder, "-q"],
        "`find -type f -exec cat`": ["find", folder, "-type", "f", "-exec", "cat", "{}", "+"],
        "plain Python reader (json, csv)": [sys.executable, "-S", os.path.join(here, "read_all.py"), folder],
        "`chimera --version`, start alone": [binary, "--version"],
    }
    try:
        return processes.interleaved(commands, repetitions, warmup=2)
    finally:
        shutil.rmtree(out)


def table(runs, folder, label):
    files, size = folder_size(folder)
    names = list(runs)
    first = next(name for name in names if "reading alone" in name)
    lines = [
        f"{files} files, {size / 1024:.0f} KiB ({label}); {len(runs[first])} rounds, commands in turn; {processes.machine()}.",
        "",
        "| command | wall, median | lowest | highest | processor time | peak memory | wall against `chimera ingest` |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]
    for name in names:
        walls = [run.wall * 1e3 for run in runs[name]]
        cpu = processes.median([(run.user + run.system) * 1e3 for run in runs[name]])
        peak = max(run.peak_kib for run in runs[name]) / 1024
        against = processes.ratio(runs[name], runs[first])[0]
        lines.append(f"| {name} | {processes.median(walls):.1f} ms | {min(walls):.1f} | {max(walls):.1f} | {cpu:.1f} ms | {peak:.0f} MiB | {against:.2f} |")
    return "\n".join(lines) + "\n"


def write_between(path, marker, text):
    begin, end = f"<!-- begin {marker} -->\n", f"<!-- end {marker} -->\n"
    with open(path, encoding="utf-8") as file:
        page = file.read()
    head, rest = page.split(begin, 1)
    _, tail = rest.split(end, 1)
    with open(path, "w", encoding="utf-8") as file:
        file.write(head + begin + text + end + tail)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--binary", default=os.path.join(ROOT, "build/release/bin/chimera"))
    parser.add_argument("--repetitions", type=int, default=30)
    parser.add_argument("--label", default="the benchmark artifacts of the older project")
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    if processes.load() > BUSY:
        sys.exit(f"the machine is busy (load {processes.load():.2f} > {BUSY}): nothing was measured")
    text = table(measure(arguments.folder, arguments.binary, arguments.repetitions), arguments.folder, arguments.label)
    print(text)
    if arguments.write:
        write_between(os.path.join(ROOT, "docs/performance.md"), "report", text)


if __name__ == "__main__":
    main()
