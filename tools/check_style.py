#!/usr/bin/env python3
"""The house rules that a script can see: lengths of files, headers and functions; no paths of somebody's machine.

Files under src/ have up to 600 lines, headers up to 150, functions up to 60 (tests excepted); every header has
#pragma once and begins with a comment that says what it is. Exit 0 where all holds, else 1.
"""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
MAX_FILE, MAX_HEADER, MAX_FUNCTION = 600, 150, 60

OPENS = re.compile(r"^(\s*)\S.*\{$")
CLOSES = re.compile(r"^(\s*)\}")
NOT_A_FUNCTION = re.compile(r"^\s*(inline\s+)?(namespace|class|struct|union|enum|extern|template|\}|//)|=\s*\{$|\bTEST")
MACHINE_PATH = re.compile(r"(?<![\w./-])/(work|home/\w+|root)/\w")
OURS = ("CMakeLists.txt", "CMakePresets.json", "README.md", "check", "chimera", ".ci", "cmake", "deps", "docs", "fuzz",
        "recipes", "src", "tools", "vocabulary.toml")
TEXT = {"", ".cc", ".cmake", ".def", ".h", ".json", ".md", ".py", ".sh", ".toml", ".txt"}


def long_functions(lines):
    """(line, length) of each function body over the limit: from a line that ends in { to the } below it or left of it.

    Rows of tables, lines that begin with { or ", do not count.
    """
    opened, rows = None, 0
    for number, line in enumerate(lines, 1):
        if opened is None:
            match = OPENS.match(line)
            if match and not NOT_A_FUNCTION.search(line):
                opened, rows = (number, len(match[1])), 0
        elif (closing := CLOSES.match(line)) and len(closing[1]) <= opened[1]:
            length = number - opened[0] + 1 - rows
            if length > MAX_FUNCTION:
                yield opened[0], length
            opened = None
        else:
            rows += line.lstrip().startswith(("{", '"'))


def source_problems(name, text):
    lines = text.splitlines()
    header = name.endswith(".h")
    limit = MAX_HEADER if header else MAX_FILE
    if len(lines) > limit:
        yield f"{name}: {len(lines)} lines; up to {limit} are allowed"
    if header and (not lines or not lines[0].startswith("//")):
        yield f"{name}:1: a header begins with a comment that says what it is"
    if header and "#pragma once" not in lines:
        yield f"{name}: no #pragma once"
    if not name.endswith("_test.cc"):
        for number, length in long_functions(lines):
            yield f"{name}:{number}: a function of {length} lines; up to {MAX_FUNCTION} are allowed"


def find_problems(root):
    for path in sorted((root / "src").rglob("*")):
        if path.suffix in (".cc", ".h"):
            yield from source_problems(path.relative_to(root).as_posix(), path.read_text())
    for top in OURS:
        path = root / top
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if not file.is_file() or file.suffix not in TEXT or "corpus" in file.parts:
                continue
            for number, line in enumerate(file.read_text(errors="replace").splitlines(), 1):
                if MACHINE_PATH.search(line):
                    yield f"{file.relative_to(root)}:{number}: a path of somebody's machine"


def main():
    problems = list(find_problems(ROOT))
    print("\n".join(problems) if problems else "the style holds")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
