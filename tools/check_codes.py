#!/usr/bin/env python3
"""Holds the diagnostics of the program against docs/diagnostics.md.

Every CHIMERA_DIAGNOSTIC(name, "C101", severity, "summary") has a code and a name of its own and exactly one row
`| C101 | name | severity | ...` in the document; the document has no other rows. Exit 0 where that holds, else 1.
"""

import collections
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
ENTRY = re.compile(r'^CHIMERA_DIAGNOSTIC\(\s*(\w+)\s*,\s*"(\w+)"\s*,\s*(\w+)\s*,', re.MULTILINE)
ROW = re.compile(r"^\|\s*`?([A-Z]+\d+)`?\s*\|\s*`?(\w+)`?\s*\|\s*(\w+)\s*\|", re.MULTILINE)


def repeated(values):
    return sorted(value for value, count in collections.Counter(values).items() if count > 1)


def find_problems(table, document):
    """One sentence for each disagreement between the table in the code and the document."""
    entries = ENTRY.findall(table)
    rows = ROW.findall(document)
    written = len(re.findall(r"^CHIMERA_DIAGNOSTIC\(", table, re.MULTILINE))
    if written != len(entries):
        yield f"{written} diagnostics, but only {len(entries)} can be read by this check"
    for code in repeated(code for _, code, _ in entries):
        yield f"{code} is used twice in the code"
    for name in repeated(name for name, _, _ in entries):
        yield f"{name} is named twice in the code"
    for code in repeated(code for code, _, _ in rows):
        yield f"{code} has more than one row in docs/diagnostics.md"
    documented = {code: (name, severity) for code, name, severity in rows}
    for name, code, severity in entries:
        if code not in documented:
            yield f"{code} ({name}) has no row in docs/diagnostics.md"
        elif documented[code] != (name, severity):
            yield f"{code} is {name}, {severity} in the code but {', '.join(documented[code])} in docs/diagnostics.md"
    for code in sorted(set(documented) - {code for _, code, _ in entries}):
        yield f"{code} is in docs/diagnostics.md but not in the code"


def find_problems_in(root):
    document = root / "docs/diagnostics.md"
    return list(find_problems((root / "src/core/diagnostics.def").read_text(),
                              document.read_text() if document.exists() else ""))


def main():
    problems = find_problems_in(ROOT)
    print("\n".join(problems) if problems else "every diagnostic has its row in docs/diagnostics.md")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
