#!/usr/bin/env python3
"""Evaluates chimera verify on labelled statements and reports, and writes the table in docs/verification.md.

usage: tools/evaluate_claims.py [--shared DIR] [--chimera PROGRAM] [--write] [--show fa|miss|unsupported]

Reads DIR/truth/statements_open.jsonl, claims_gold_open.jsonl and gold_index.jsonl. A labelled claim counts as found where
a verdict overlaps its quote, and as flagged where one of those says contradicted or unsupported; ambiguous labels are
left out. --write puts the tables between the markers of docs/verification.md; --show lists false alarms, misses, or
supported claims without support.
"""

import argparse
import collections
import json
import math
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
BAD = ("contradicted", "unsupported")


def lines_of(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def wilson(hits, n, z=1.96):
    if n == 0:
        return "-"
    p = hits / n
    centre = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return f"{p:.3f} [{max(0, centre - half):.3f}, {min(1, centre + half):.3f}]"


def run(program, arguments, text=None):
    done = subprocess.run([program, "verify", "--quiet", "--json", *map(str, arguments)], input=text, capture_output=True, text=True, encoding="utf-8")
    if done.returncode not in (0, 1):
        sys.exit(f"{program} verify: exit {done.returncode}\n{done.stderr}")
    return [json.loads(line) for line in done.stdout.splitlines()]


def statements(program, shared):
    rows = lines_of(shared / "truth/statements_open.jsonl")
    text = "".join(json.dumps({"id": r["id"], "text": r["text"]}) + "\n" for r in rows)
    given = {a["id"]: a for a in run(program, ["--jsonl", "--against", shared / "corpora/chimera-artifacts"], text)}
    classes = collections.defaultdict(collections.Counter)
    totals = collections.Counter()
    linked = collections.Counter()
    for row in rows:
        answer = given[row["id"]]
        flagged = answer["verdict"] in BAD
        totals[row["label"], flagged] += 1
        classes[row["label"], row["mutation"]][flagged] += 1
        if row["label"] == "true" and answer["verdict"] == "supported":
            path = row["pointer"].split(" ")[0]
            cited = {e["path"] for c in answer["claims"] for e in c["evidence"]}
            linked[any(path == c or path.startswith(c + "/") or c.startswith(path + "/") for c in cited)] += 1
    return classes, totals, linked


def span_of(report, label):
    """Bytes of the quote in its line, or of the whole line where the quote is not found word for word."""
    lines = report.split("\n")
    line = lines[label["line"] - 1] if label["line"] <= len(lines) else ""
    begin = len("\n".join(lines[: label["line"] - 1]).encode()) + (1 if label["line"] > 1 else 0)
    at = line.find(label["quote"])
    if at < 0:
        return begin, begin + len(line.encode())
    begin += len(line[:at].encode())
    return begin, begin + len(label["quote"].encode())


def gold(program, shared):
    answers = {a["report"]: a["claims"] for a in run(program, ["--batch", shared / "truth/gold_index.jsonl"])}
    judged = []
    for label in lines_of(shared / "truth/claims_gold_open.jsonl"):
        report = next((r for r in answers if r.endswith(label["report"])), None)
        if report is None or label["ambiguous"]:
            continue
        begin, end = span_of((shared / report).read_text(encoding="utf-8", errors="replace"), label)
        judged.append((label, [c for c in answers[report] if c["begin"] < end and c["end"] > begin]))
    return judged


def statement_tables(classes, totals, linked):
    false_flagged, false_passed = totals["false", True], totals["false", False]
    true_flagged, true_passed = totals["true", True], totals["true", False]
    out = ["| statements | measured | target |", "|---|---|---|",
           f"| false ones flagged | {wilson(false_flagged, false_flagged + false_passed)} | ≥ 0.95 |",
           f"| true ones flagged | {wilson(true_flagged, true_flagged + true_passed)} | ≤ 0.02 |",
           f"| supported ones whose linked file is the right one | {wilson(linked[True], linked[True] + linked[False])} | ≥ 0.95 |",
           "", "| error class | statements | flagged |", "|---|---|---|"]
    for (label, name), counts in sorted(classes.items()):
        if label == "false":
            n = counts[True] + counts[False]
            out.append(f"| {name} | {n} | {counts[True] / n:.3f} |")
    return out


def gold_tables(judged):
    counts = collections.Counter()
    kinds = collections.defaultdict(collections.Counter)
    for label, overlapping in judged:
        bad = label["verdict"] != "supported"
        flagged = any(c["verdict"] in BAD for c in overlapping)
        counts[bad, flagged] += 1
        counts["found"] += bool(overlapping)
        counts["supported"] += not bad and any(c["verdict"] == "supported" for c in overlapping)
        kinds[label["claim_type"]][bad, flagged] += 1
    bad, good = counts[True, True] + counts[True, False], counts[False, True] + counts[False, False]
    flags = counts[True, True] + counts[False, True]
    out = ["", "| real reports | measured | target |", "|---|---|---|",
           f"| bad claims flagged | {wilson(counts[True, True], bad)} | ≥ 0.85 |",
           f"| precision of flags | {wilson(counts[True, True], flags)} | ≥ 0.90 |",
           f"| false alarms on supported claims | {wilson(counts[False, True], good)} | ≤ 0.05 |",
           f"| supported claims found supported | {wilson(counts['supported'], good)} | |",
           f"| labelled claims with any verdict | {wilson(counts['found'], bad + good)} | ≥ 0.97 |",
           "", "| kind of claim | bad | flagged | supported | false alarms |", "|---|---|---|---|---|"]
    for kind, c in sorted(kinds.items()):
        out.append(f"| {kind} | {c[True, True] + c[True, False]} | {c[True, True]} | {c[False, True] + c[False, False]} | {c[False, True]} |")
    return out


def show(judged, what):
    for label, overlapping in judged:
        bad = label["verdict"] != "supported"
        flagged = any(c["verdict"] in BAD for c in overlapping)
        supported = any(c["verdict"] == "supported" for c in overlapping)
        if {"fa": not bad and flagged, "miss": bad and not flagged, "unsupported": not bad and not supported}[what]:
            print(label["id"], label["claim_type"], label["verdict"], label["error_type"], "|", label["quote"], "|", json.dumps(label["truth"])[:200])
            for c in overlapping:
                print("    ", c["verdict"], c["kind"], repr(c["quote"]), c["reason"], c["found"])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=pathlib.Path, default=pathlib.Path(os.environ.get("CHIMERA_SHARED", ROOT.parent / "shared")))
    parser.add_argument("--chimera", default=str(ROOT / "build/release/bin/chimera"))
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--show", choices=["fa", "miss", "unsupported"])
    options = parser.parse_args()
    if not (options.shared / "truth/statements_open.jsonl").exists():
        sys.exit(f"no labelled data in {options.shared}/truth (--shared DIR or CHIMERA_SHARED)")
    judged = gold(options.chimera, options.shared)
    if options.show:
        return show(judged, options.show)
    tables = "\n".join(statement_tables(*statements(options.chimera, options.shared)) + gold_tables(judged))
    print(tables)
    if options.write:
        page = ROOT / "docs/verification.md"
        text = page.read_text(encoding="utf-8")
        head, rest = text.split(BEGIN)
        page.write_text(head + BEGIN + "\n" + tables + "\n" + END + rest.split(END)[1], encoding="utf-8")
    return None


if __name__ == "__main__":
    main()
