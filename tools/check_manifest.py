#!/usr/bin/env python3
"""Looks the facts that people read by eye (corpora/MANIFEST.tsv) up in what `chimera facts` finds.

usage: tools/check_manifest.py --chimera PROGRAM --corpora FOLDER [--expect FILE] [--kind KIND]...

The manifest's column verified_facts holds one fact a file: where it stands (line=N, ptr=/a/b, text="..."), its name, its
value as written and, in brackets, its unit ("[ms]", "[s (implied)]", "[(none)]"). A fact is found where `chimera facts`
has the same value in that file at that place, in that unit. --expect names a file of further facts, tab separated:
path, line, value, unit, metric, statistic; an empty member is not checked. Prints a table of kinds and what is missing;
exit 1 when anything is.
"""

import argparse
import collections
import csv
import dataclasses
import json
import pathlib
import re
import subprocess
import sys

# Units as the manifest spells them, and as chimera does. "" stands for a number without a unit.
UNITS = {"t/s": "tok/s", "tokens/s": "tok/s", "token/sec": "tok/s", "qps": "req/s", "us": "us", "ratio": "", "cycles": "cycle", "samples/s": "sample/s"}
NUMBER = re.compile(r"[-+]?\d[\d,   ]*(?:\.\d+)?(?:[eE][-+]?\d+)?")


@dataclasses.dataclass
class Expected:
    kind: str
    path: str
    line: int | None
    pointer: str | None
    value: float | None  # None: what stands there is no number, and must not be a fact
    units: set[str] | None  # None: any
    metric: str = ""
    statistic: str = ""
    wording: str = ""


def number_in(text):
    """The first number of a value as somebody wrote it: "**6.568s**", "25 195,31", "3.2e+02"."""
    found = NUMBER.search(text.replace("*", ""))
    if not found:
        return None
    digits = re.sub(r"[   ]", "", found.group().strip())
    if re.search(r"[   ]\d+,\d+$", found.group().strip()):
        digits = digits.replace(",", ".")  # a decimal comma behind grouping blanks
    return float(digits.replace(",", ""))


def units_in(text):
    """"ns/ms per time_unit" names two, "% (of one core)" one, "(none)" none that could be checked."""
    bare = re.sub(r"\(.*?\)", "", text).strip()
    if not bare:
        return None
    bare, _, told = bare.partition(" per ")
    several = bare.split("/") if told else [bare]
    return {UNITS.get(unit.lower(), unit) for unit in several}


def from_manifest(rows):
    for row in rows:
        text = row["verified_facts"]
        if not text:
            continue
        parts = re.match(r"(?P<where>.*) = (?P<value>[^=]*?) \[(?P<unit>[^\]]*)\](?: -- .*)?$", text)
        if parts is None:
            raise SystemExit(f"the manifest's fact of {row['path']} is not understood: {text}")
        where = parts["where"]
        line = re.search(r"\bline=(\d+)", where)
        pointer = re.search(r"\bptr=(\S+)", where)
        yield Expected(row["kind"], row["path"], int(line[1]) if line else None, pointer[1].rstrip(":") if pointer else None,
                       number_in(parts["value"]), units_in(parts["unit"]), wording=text)


def from_expectations(path, kinds):
    with open(path, encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", fieldnames=["path", "line", "value", "unit", "metric", "statistic"]):
            if row["path"].startswith("#") or row["path"] == "path":
                continue
            yield Expected(kinds.get(row["path"], "?"), row["path"], int(row["line"]) if row["line"] else None, None, float(row["value"]),
                           {row["unit"]} if row["unit"] else None, row["metric"] or "", row["statistic"] or "", "\t".join(map(str, row.values())))


def facts_of(chimera, folder):
    """Facts by path. One call a kind's folder: paths are relative to it."""
    done = subprocess.run([chimera, "facts", str(folder), "--json", "--quiet"], capture_output=True, text=True, check=False)
    if done.returncode not in (0, 3):
        raise SystemExit(f"{chimera} facts {folder}: exit {done.returncode}\n{done.stderr[-2000:]}")
    facts = collections.defaultdict(list)
    for line in done.stdout.splitlines():
        fact = json.loads(line)
        facts[fact["path"]].append(fact)
    return facts


def same(expected, fact):
    if expected.line is not None and fact["place"].get("line") != expected.line and "text=" not in expected.wording:
        # A cell may hold several lines: its row's first line is the place, the value's own line was noted.
        if abs(fact["place"].get("line", -9) - expected.line) > 3:
            return False
    if expected.pointer is not None and fact["place"].get("pointer") != expected.pointer:
        return False
    close = abs(fact["value"] - expected.value) <= 1e-9 * max(1.0, abs(expected.value))
    return close and all(not wanted or fact[key] == wanted for key, wanted in (("metric", expected.metric), ("statistic", expected.statistic)))


def why_missing(expected, facts):
    """None where it is found."""
    if expected.value is None:
        return None  # no number to look for: that it is none is law 2's affair
    candidates = [fact for fact in facts if same(expected, fact)]
    if expected.line is not None:
        candidates = [fact for fact in candidates if abs(fact["place"].get("line", -9) - expected.line) <= 3]
    if not candidates:
        return f"no fact with this value at this place, of {len(facts)} in the file"
    if expected.units is not None and not any(fact["unit"] in expected.units for fact in candidates):
        return "the unit is '{}'".format("', '".join(sorted({fact["unit"] for fact in candidates})))
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--chimera", required=True)
    parser.add_argument("--corpora", required=True, type=pathlib.Path)
    parser.add_argument("--expect", type=pathlib.Path)
    parser.add_argument("--kind", action="append", default=[])
    options = parser.parse_args()
    with open(options.corpora / "MANIFEST.tsv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    wanted = [e for e in from_manifest(rows)]
    if options.expect:
        wanted += from_expectations(options.expect, {row["path"]: row["kind"] for row in rows})
    kinds = sorted({row["kind"] for row in rows if not options.kind or row["kind"] in options.kind})
    missing = []
    print(f"{'kind':26}{'files':>6}{'with facts':>11}{'facts':>9}{'noted':>6}{'found':>6}")
    for kind in kinds:
        facts = facts_of(options.chimera, options.corpora / "formats" / kind)
        of_kind = [row["path"] for row in rows if row["kind"] == kind]
        noted = [e for e in wanted if e.kind == kind]
        lost = [(e, why) for e in noted if (why := why_missing(e, facts.get(e.path.partition("/")[2], [])))]
        missing += lost
        if not facts:
            missing.append((Expected(kind, kind, None, None, None, None, wording="any fact"), "the folder gives no fact"))
        with_facts = sum(path.partition("/")[2] in facts for path in of_kind)
        print(f"{kind:26}{len(of_kind):6}{with_facts:11}{sum(map(len, facts.values())):9}{len(noted):6}{len(noted) - len(lost):6}")
    for expected, why in missing:
        print(f"missing: {expected.path}: {expected.wording}: {why}")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
