#!/usr/bin/env python3
"""Evaluates chimera verify on freely worded sentences about small folders, and writes a table of docs/verification.md.

usage: tools/evaluate_sentences.py [--folders DIR] [--chimera PROGRAM] [--write] [--show]

Each folder of DIR holds `artifacts/` and `sentences.tsv`: whether the sentence holds, what it is about, and the sentence,
which names no file. --write puts the table between the markers of docs/verification.md; --show lists what is judged wrong.
"""

import argparse
import collections
import csv
import json
import pathlib

from evaluate_claims import BAD, ROOT, run, wilson

BEGIN, END = "<!-- sentences: begin -->", "<!-- sentences: end -->"
DEVELOPED = ("db", "quant", "train")  # the rules were changed with these in sight; the others were counted first


def judge(program, folder):
    """Pairs of a sentence, a dict of its row, and the answer to it."""
    with open(folder / "sentences.tsv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    text = "".join(json.dumps({"id": str(i), "text": row["sentence"]}) + "\n" for i, row in enumerate(rows))
    given = {a["id"]: a for a in run(program, ["--jsonl", "--against", folder / "artifacts"], text)}
    return [(row, given[str(i)]) for i, row in enumerate(rows)]


def count(judged):
    counts = collections.Counter((row["holds"], answer["verdict"] in BAD) for row, answer in judged)
    counts["supported"] = sum(row["holds"] == "true" and answer["verdict"] == "supported" for row, answer in judged)
    return counts


def table(judged):
    lines = ["| folders | false ones flagged | true ones flagged | true ones supported |", "|---|---|---|---|"]
    for title, part in (("in sight while the rules were changed", True), ("counted first, then in sight", False)):
        counts = count([pair for name, pairs in judged.items() if (name in DEVELOPED) == part for pair in pairs])
        false, true = (counts[holds, True] + counts[holds, False] for holds in ("false", "true"))
        lines.append(f"| {title} | {counts['false', True]} of {false}: {wilson(counts['false', True], false)} "
                     f"| {counts['true', True]} of {true}: {wilson(counts['true', True], true)} | {counts['supported']} of {true} |")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folders", type=pathlib.Path, default=ROOT / "tests/sentences")
    parser.add_argument("--chimera", default=str(ROOT / "build/release/bin/chimera"))
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--show", action="store_true")
    options = parser.parse_args()
    judged = {folder.name: judge(options.chimera, folder) for folder in sorted(options.folders.iterdir()) if folder.is_dir()}
    if options.show:
        for name, pairs in judged.items():
            for row, answer in pairs:
                if (row["holds"] == "false") != (answer["verdict"] in BAD):
                    print(f"{name}: {row['holds']}, {answer['verdict']}: {row['sentence']}")
    print(table(judged))
    if options.write:
        page = ROOT / "docs/verification.md"
        head, rest = page.read_text(encoding="utf-8").split(BEGIN)
        page.write_text(head + BEGIN + "\n" + table(judged) + "\n" + END + rest.split(END)[1], encoding="utf-8")


if __name__ == "__main__":
    main()
