#!/usr/bin/env python3
"""How much of what a model writes survives the review: models x prompt styles x rounds, as the table of docs/writing.md.

usage: tools/measure_survival.py --chimera PROGRAM [--models a,b] [--styles completion,chat] [--agent SETTINGS] FOLDER...

Writes a report over every folder with every model and style, and prints one row each: drafts that stood as they came, the
same of first drafts only, sentences that stood by the first, second and third round, sentences kept after them, sections
published as the model wrote them, whether each of them keeps three cited facts, whether all three recommendations are there, bad
claims in the published report, and the seconds that the writing took.
With --update the table between the marks in docs/writing.md is replaced.
"""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
BEGIN, END = "<!-- survival: tools/measure_survival.py -->\n", "<!-- end of survival -->\n"
ROUNDS = 3
HEAD = ["Folder", "Model", "Style", "First drafts that stood", "All drafts that stood", "Stood by round 1, 2, 3", "Sentences kept", "Sections by the model", "Three facts each", "Recommendations", "Bad claims published", "Seconds"]


def stood_by_round(rounds, sound):
    """Sentences in all, and how many of them had a draft that stood by each round: only one that did not is drafted again."""
    drafted = [rounds.count(r) for r in range(1, ROUNDS + 1)]
    stood = [drafted[0] - later for later in drafted[1:]]
    return drafted[0], [*stood, sound]


def measure(chimera, folder, model, style, agent):
    with tempfile.TemporaryDirectory() as scratch:
        settings = ",".join(filter(None, [f"style={style}", agent]))
        begin = time.monotonic()
        done = subprocess.run([chimera, "report", folder, "-o", scratch, "--quiet", "--writer", f"embedded:{model}", "--agent-a", settings, "--agent-b", settings],
                              capture_output=True, text=True)
        seconds = time.monotonic() - begin
        if done.returncode != 0:
            sys.exit(f"{folder}, {model}: exit {done.returncode}: {done.stderr}")
        run = json.loads((pathlib.Path(scratch) / "run.json").read_text(encoding="utf-8"))
        claims = json.loads((pathlib.Path(scratch) / "report.json").read_text(encoding="utf-8"))["claims"]
    sections = run["writing"]["sections"]
    total = {key: sum(s[key] for s in sections) for key in ("drafts", "sound_drafts", "sentences", "kept")}
    firsts, stood = stood_by_round([c["round"] for c in run["calls"]], total["sound_drafts"])
    published = [s for s in sections if s["text_by"] == "model"]
    advice = next((s["kept"] for s in published if s["id"] == "recommendations"), 0)
    bad = sum(1 for c in claims if c["verdict"] in ("contradicted", "unsupported"))
    of = lambda part, whole: f"{part} of {whole} ({100 * part / whole:.0f} %)" if whole else "-"
    return [pathlib.Path(folder).name, model, style, of(stood[0], firsts), of(total["sound_drafts"], total["drafts"]), f"{', '.join(map(str, stood))} of {firsts}", of(total["kept"], total["sentences"]),
            of(len(published), len(sections)), "yes" if all(s["facts_cited"] >= 3 for s in published) else "no", f"{advice} of 3", str(bad), f"{seconds:.0f}"]


def table(rows):
    lines = ["| " + " | ".join(HEAD) + " |", "|" + "---|" * len(HEAD)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows]) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+")
    parser.add_argument("--chimera", default=str(ROOT / "build/release/bin/chimera"))
    parser.add_argument("--models", default="gemma3:270m,smollm2:135m")
    parser.add_argument("--styles", default="completion,chat")
    parser.add_argument("--agent", default="", help="further settings of both agents")
    parser.add_argument("--update", action="store_true")
    arguments = parser.parse_args()
    rows = []
    for folder in arguments.folders:
        for model in arguments.models.split(","):
            for style in arguments.styles.split(","):
                rows.append(measure(arguments.chimera, folder, model, style, arguments.agent))
                print(" | ".join(rows[-1]), file=sys.stderr)
    text = table(rows)
    print(text, end="")
    if arguments.update:
        page = ROOT / "docs/writing.md"
        old = page.read_text(encoding="utf-8")
        begin, end = old.index(BEGIN) + len(BEGIN), old.index(END)
        page.write_text(old[:begin] + text + old[end:], encoding="utf-8")


if __name__ == "__main__":
    main()
