#!/usr/bin/env python3
"""Draws verdicts on unlabelled reports at random, for a person to judge by hand against the files.

usage: tools/sample_verdicts.py [--shared DIR] [--chimera PROGRAM] [--seed N] [--flags N] [--supported N] [--uncheckable N] [--none N]

The reports are those of DIR/corpora/llm-reports that truth/gold_index.jsonl does not have (by their bytes), each judged
against corpora/chimera-artifacts and its own run record. "none" are numbers, file names and comparing words that no verdict
speaks about. Each verdict is printed with its reason and the line it stands in; what is right is for the reader to say.
"""

import argparse
import hashlib
import json
import os
import pathlib
import random
import re
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
FLAGS = ("contradicted", "unsupported")
FOUND = re.compile(r"(?<![\w.])\d[\d,]*(?:\.\d+)?|[\w\-/]+\.(?:csv|json|jsonl|md|log|txt)\b|"
                   r"\b(?:higher|lower|faster|slower|better|worse|highest|lowest|best|worst|largest|smallest|longer|shorter|similar)\b", re.I)
FENCE = re.compile(r"```.*?```", re.S)


def reports_in(shared):
    """Folders of reports that no label speaks of, one for each text."""
    digest = lambda path: hashlib.sha256(path.read_bytes()).digest()
    index = (shared / "truth/gold_index.jsonl").read_text(encoding="utf-8").splitlines()
    seen = {digest(shared / json.loads(line)["report"]) for line in index if line.strip()}
    for folder in sorted((shared / "corpora/llm-reports").iterdir()):
        own = digest(folder / "report.md")
        if own not in seen:
            seen.add(own)
            yield folder.name


def judge(program, shared, names):
    lines = []
    for name in names:
        run = f"corpora/llm-reports/{name}/run.json"
        lines.append(json.dumps({"report": f"corpora/llm-reports/{name}/report.md", "against": ["corpora/chimera-artifacts", run], "run": run}))
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        (folder / "corpora").symlink_to((shared / "corpora").resolve())
        (folder / "lists").mkdir()
        (folder / "lists/all.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
        done = subprocess.run([program, "verify", "--quiet", "--json", "--batch", folder / "lists/all.jsonl"], capture_output=True, text=True, encoding="utf-8", check=False)
    return [json.loads(line) for line in done.stdout.splitlines()]


def unjudged(text, claims):
    """Places in the text that look like claims and have no verdict."""
    starts = [0]
    for c in text:
        starts.append(starts[-1] + len(c.encode()))
    fences = [m.span() for m in FENCE.finditer(text)]
    for match in FOUND.finditer(text):
        begin, end = starts[match.start()], starts[match.end()]
        line = text.rfind("\n", 0, match.start()) + 1
        ordinal = re.fullmatch(r"[#*\s]*", text[line:match.start()]) and match.group()[0].isdigit()
        quoted = any(a <= match.start() < b for a, b in fences) or text[line:line + 1] == "#"
        if ordinal or quoted or any(c["begin"] < end and c["end"] > begin for c in claims):
            continue
        yield {"line": text.count("\n", 0, match.start()) + 1, "column": match.start() - line + 1, "quote": match.group(), "verdict": "none", "kind": "", "reason": "", "found": None}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=pathlib.Path, default=pathlib.Path(os.environ.get("CHIMERA_SHARED", ROOT.parent / "shared")))
    parser.add_argument("--chimera", default=str(ROOT / "build/release/bin/chimera"))
    parser.add_argument("--seed", type=int, default=1)
    for name in ("flags", "supported", "uncheckable", "none"):
        parser.add_argument(f"--{name}", type=int, default=40)
    options = parser.parse_args()
    pools = {"flags": [], "supported": [], "uncheckable": [], "none": []}
    for answer in judge(options.chimera, options.shared, reports_in(options.shared)):
        text = (options.shared / answer["report"]).read_bytes().decode("utf-8", "replace")
        for claim in answer["claims"] + list(unjudged(text, answer["claims"])):
            pools["flags" if claim["verdict"] in FLAGS else claim["verdict"]].append((answer["report"], text, claim))
    draw = random.Random(options.seed)
    for name, pool in pools.items():
        for report, text, claim in draw.sample(pool, min(getattr(options, name), len(pool))):
            line = text.split("\n")[claim["line"] - 1]
            print(f"{report}:{claim['line']}:{claim['column']} {claim['verdict']} {claim['kind']} «{claim['quote']}» {claim['reason']} {claim['found'] or ''}")
            print("    " + line[max(0, claim["column"] - 200):claim["column"] + 200])


if __name__ == "__main__":
    main()
