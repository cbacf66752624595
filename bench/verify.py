#!/usr/bin/env python3
"""Times `chimera verify`: 1,000 claims against a million numbers, a list of real reports, 50 MB of Markdown.

    bench/verify.py [--binary PATH] [--shared DIR] [--repetitions N] [--write]

The million numbers and the long reports are made, always the same; the list is every report of
DIR/corpora/llm-reports, judged by --batch against DIR/corpora/chimera-artifacts and its own run record (left out where
DIR is not there). Prints a Markdown table; --write puts it into docs/performance.md between its markers. Refuses to
measure where other work keeps the machine busy.
"""
import argparse
import json
import os
import pathlib
import random
import shlex
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import processes  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUSY = 0.7
BEGIN, END = "<!-- begin verify -->", "<!-- end verify -->"
GOALS = {"1,000 claims, 10^6 numbers": "< 1 s", "list of reports": "< 10 s", "50 MB of Markdown": "an answer"}


def make_numbers(folder, rows=12500, files=8):
    """Files of ten columns of measurements under two settings and a name: a million numbers."""
    draw = random.Random(1)
    folder.mkdir()
    known = []
    for f in range(files):
        lines = ["case,threads,batch," + ",".join(f"metric{c}_ms" for c in range(8))]
        for r in range(rows):
            values = [f"{draw.uniform(1, 1000):.4f}" for _ in range(8)]
            lines.append(f"case{r},{1 + r % 16},{1 + r % 7}," + ",".join(values))
            if r % 100 == 0:
                known.append((f"sweep{f}.csv", f"case{r}", values))
        (folder / f"sweep{f}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return known


def make_report(path, known):
    draw = random.Random(2)
    lines = ["# Results", ""]
    for n in range(1000):
        name, case, values = known[n % len(known)]
        c = draw.randrange(8)
        value = float(values[c]) * (1.1 if n % 10 == 0 else 1)
        lines.append(f"In `{name}`, {case} has a metric{c} of {value:.2f} ms.")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def make_long(path, size=50_000_000):
    line = "In `sweep0.csv`, case100 reaches a metric3 of 50.5 ms; see `other.csv`, about 12 % more than before.\n"
    path.write_text(line * (size // len(line)), encoding="utf-8")


def make_list(path, shared):
    reports = sorted((shared / "corpora/llm-reports").rglob("*.md"))
    with path.open("w", encoding="utf-8") as out:
        for report in reports:
            line = {"report": str(report), "against": [str(shared / "corpora/chimera-artifacts")]}
            if (report.parent / "run.json").exists():
                line["run"] = str(report.parent / "run.json")
            out.write(json.dumps(line) + "\n")
    return len(reports)


def measure(binary, shared, repetitions, scratch):
    known = make_numbers(scratch / "numbers")
    make_report(scratch / "report.md", known)
    make_long(scratch / "long.md")
    small = scratch / "small"
    small.mkdir()
    (small / "sweep0.csv").write_text("\n".join((scratch / "numbers/sweep0.csv").read_text(encoding="utf-8").splitlines()[:200]) + "\n", encoding="utf-8")

    def verify(*arguments):  # 1 says that something is wrong in the report, not with the run
        return ["sh", "-c", " ".join(shlex.quote(str(a)) for a in (binary, "verify", "-q", "--json", *arguments)) + " || test $? -eq 1"]

    commands = {"1,000 claims, 10^6 numbers": verify(scratch / "report.md", "--against", scratch / "numbers")}
    (scratch / "lists").mkdir()
    count = 0
    if (shared / "corpora/llm-reports").is_dir():
        count = make_list(scratch / "lists/list.jsonl", shared)
        commands["list of reports"] = verify("--batch", scratch / "lists/list.jsonl")
    runs = processes.interleaved(commands, repetitions, warmup=1)
    runs["50 MB of Markdown"] = [processes.run_once(verify(scratch / "long.md", "--against", small))]
    return runs, count


def table(runs, count):
    lines = [f"{processes.machine()}; {len(next(iter(runs.values())))} rounds, 50 MB once.", "",
             "| work | wall, median | lowest | highest | processor time | peak memory | goal |", "|---|--:|--:|--:|--:|--:|--:|"]
    for name, list_of in runs.items():
        walls = [r.wall for r in list_of]
        shown = f"{count} reports by `--batch`" if name == "list of reports" else name
        lines.append(f"| {shown} | {processes.median(walls):.2f} s | {min(walls):.2f} | {max(walls):.2f} | {processes.median([r.user + r.system for r in list_of]):.2f} s | "
                     f"{max(r.peak_kib for r in list_of) / 1024:.0f} MiB | {GOALS[name]} |")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", default=str(ROOT / "build/release/bin/chimera"))
    parser.add_argument("--shared", type=pathlib.Path, default=pathlib.Path(os.environ.get("CHIMERA_SHARED", ROOT.parent / "shared")))
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--busy", action="store_true", help="measure although other work runs; never with --write")
    options = parser.parse_args()
    load = os.getloadavg()[0]
    if load > BUSY and (options.write or not options.busy):
        sys.exit(f"other work runs on this machine (load {load:.1f}); a measurement now would be of both")
    with tempfile.TemporaryDirectory(prefix="chimera-bench-") as scratch:
        result = table(*measure(options.binary, options.shared, options.repetitions, pathlib.Path(scratch)))
    print(result)
    if options.write:
        page = ROOT / "docs/performance.md"
        head, rest = page.read_text(encoding="utf-8").split(BEGIN)
        page.write_text(head + BEGIN + "\n" + result + "\n" + END + rest.split(END)[1], encoding="utf-8")


if __name__ == "__main__":
    main()
