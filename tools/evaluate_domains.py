#!/usr/bin/env python3
"""Evaluates chimera verify on sentences made about artifacts it was never tuned on; writes a table of docs/verification.md.

usage: tools/evaluate_domains.py [--folders DIR] [--chimera PROGRAM] [--seed N] [--write] [--show CLASS|true] [--only NAME]

Every folder in DIR is one kind of artifact; tools/make_statements.py makes true and false sentences about it, and verify
judges them against that folder. Kinds are summed up by domain. --show prints what was judged wrong: false sentences of a
class that passed, or true ones that were flagged.
"""

import argparse
import collections
import json
import os
import pathlib
import sys

from evaluate_claims import BAD, ROOT, run, wilson
from make_statements import Maker

BEGIN, END = "<!-- domains: begin -->", "<!-- domains: end -->"
DOMAINS = {
    "microbenchmarks": ("asv", "benchmarkdotnet", "criterion", "gbench", "hyperfine", "lmbenchmark", "nanobench", "pytest", "rebar", "ripgrep"),
    "load tests of services": ("k6", "locust", "web-framework", "wrk", "ycsb"),
    "kernel tuning and profiles": ("kernel-tuner", "nsys", "nvbench", "rocprof", "torch-trace", "tuned-gemm", "sam-fast"),
    "telemetry": ("nvidia-smi", "xpu-smi"),
    "training and evaluation": ("lm-eval", "mlperf", "optuna", "train-log", "wandb", "config-tuning"),
    "whole programs": ("entityfx", "ci-bench"),
}
RANKED = ("M10", "M11")


def domain_of(name):
    return next((d for d, starts in DOMAINS.items() if name.startswith(starts)), "inference engines and servers")


def judge(program, folder, seed):
    """Each statement with its answer."""
    rows = Maker(folder, seed, 3).make()
    text = "".join(json.dumps({"id": r["id"], "text": r["text"]}) + "\n" for r in rows)
    given = {a["id"]: a for a in run(program, ["--jsonl", "--against", folder], text)} if rows else {}
    return [(row, given[row["id"]]) for row in rows]


class Score:
    def __init__(self):
        self.flagged = collections.Counter()   # (label, class, flagged)
        self.linked = collections.Counter()

    def add(self, row, answer):
        self.flagged[row["label"], row["class"], answer["verdict"] in BAD] += 1
        if row["label"] == "true" and answer["verdict"] == "supported":
            self.linked[any(e["path"] == row["pointer"] for c in answer["claims"] for e in c["evidence"])] += 1

    def rate(self, label, kind=None):
        picked = [(f, n) for (l, c, f), n in self.flagged.items() if l == label and kind in (None, c)]
        return sum(n for f, n in picked if f), sum(n for _, n in picked)


def tables(scores, total):
    out = ["| domain | statements | false ones flagged | true ones flagged | right file |", "|---|---|---|---|---|"]
    for name, score in [*sorted(scores.items()), ("all", total)]:
        (hits, n), (alarms, m) = score.rate("false"), score.rate("true")
        out.append(f"| {name} | {n + m} | {wilson(hits, n)} | {wilson(alarms, m)} | {wilson(score.linked[True], sum(score.linked.values()))} |")
    out.append(f"| target | | ≥ 0.95 | ≤ 0.02 | ≥ 0.95 |")
    out += ["", "| error class | statements | flagged | target |", "|---|---|---|---|"]
    for kind in sorted({c for (l, c, _) in total.flagged if l == "false"}, key=lambda k: (len(k.split("_")[0]), k)):
        hits, n = total.rate("false", kind)
        out.append(f"| {kind} | {n} | {hits / n:.3f} | ≥ {0.85 if kind.startswith(RANKED) else 0.90:.2f} |")
    out += ["", "| true form | statements | flagged | supported |", "|---|---|---|---|"]
    for kind in sorted({c for (l, c, _) in total.flagged if l == "true"}):
        hits, n = total.rate("true", kind)
        out.append(f"| {kind} | {n} | {hits / n:.3f} | {total.supported[kind] / n:.3f} |")
    return "\n".join(out)


def show(judged, what):
    for name, row, answer in judged:
        flagged = answer["verdict"] in BAD
        if row["label"] == "true" and flagged and what == "true" or row["label"] == "false" and not flagged and row["class"].startswith(what):
            print(f"{name} | {row['class']} | {row['text']} | truth {row['truth']} | {row['pointer']}")
            for c in answer["claims"]:
                print("      ", c["verdict"], c["kind"], repr(c["quote"]), c["reason"], "|", c["found"])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    shared = pathlib.Path(os.environ.get("CHIMERA_SHARED", ROOT.parent / "shared"))
    parser.add_argument("--folders", type=pathlib.Path, default=shared / "corpora/formats")
    parser.add_argument("--chimera", default=str(ROOT / "build/release/bin/chimera"))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--show")
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    if not options.folders.is_dir():
        sys.exit(f"no folder {options.folders} (--folders DIR)")
    scores, total, judged = collections.defaultdict(Score), Score(), []
    total.supported = collections.Counter()
    for folder in sorted(p for p in options.folders.iterdir() if p.is_dir() and options.only in p.name):
        for row, answer in judge(options.chimera, folder, options.seed):
            judged.append((folder.name, row, answer))
            scores[domain_of(folder.name)].add(row, answer)
            total.add(row, answer)
            total.supported[row["class"]] += answer["verdict"] == "supported"
    if options.show:
        return show(judged, options.show)
    print(tables(scores, total))
    if options.write:
        page = ROOT / "docs/verification.md"
        head, rest = page.read_text(encoding="utf-8").split(BEGIN)
        page.write_text(head + BEGIN + "\n" + tables(scores, total) + "\n" + END + rest.split(END)[1], encoding="utf-8")
    return None


if __name__ == "__main__":
    main()
