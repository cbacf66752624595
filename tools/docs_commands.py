"""The commands in README.md and docs/*.md, run as tests.

Every line `$ command` in a ```console block is run by `sh` in a scratch folder that looks like the checkout (each entry
is a link, `chimera` is the program), with one folder for all blocks of a page, in order. Lines below a command are its
output: where there are any they must match, and a line `...` stands for any number of lines. A line ending in \\ goes on
in the next. `# exit 3` at the end of a command is the exit code it must have. The word after `console` changes this:
  console no-run   shown only
  console cold     what a new user types: tools/cold_check runs it on a bare machine; here `./check` is passed over
"""

import os
import pathlib
import re
import subprocess
import tempfile

import bounded

EPOCH = 1700000000
BLOCK = re.compile(r"^```console[ \t]*([\w-]*)[ \t]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
HIDDEN = {"build", "out", "dist", ".git", ".cache", "chimera-runs"}


def commands(text):
    """[(line number, the block's word, command, exit code, output lines or None)] of one page."""
    found = []
    for block in BLOCK.finditer(text):
        first = text[: block.start(2)].count("\n") + 1
        continued = False
        for number, line in enumerate(block[2].splitlines(), first):
            if continued:
                found[-1][2] += "\n" + line
            elif line.startswith("$ "):
                found.append([number, block[1], line[2:], 0, None])
            elif found and found[-1][0] >= first:
                found[-1][4] = (found[-1][4] or []) + [line]
                continue
            continued = line.endswith("\\")
    for entry in found:
        wanted = re.search(r"\s+# exit (\d+)$", entry[2])
        if wanted:
            entry[2], entry[3] = entry[2][: wanted.start()], int(wanted[1])
        while entry[4] and not entry[4][-1].strip():
            entry[4].pop()
    return [tuple(entry) for entry in found]


def matches(wanted, given):
    pattern = "".join(r"(?:.*\n)*" if line.strip() == "..." else re.escape(line.rstrip()) + r"[ \t]*\n" for line in wanted)
    return re.fullmatch(pattern, "\n".join(given).rstrip() + "\n") is not None


def pages(root):
    return [page for page in [root / "README.md", *sorted((root / "docs").glob("*.md"))] if page.exists()]


def link_checkout(root, program, scratch):
    for entry in root.iterdir():
        if entry.name not in HIDDEN and entry.name != "chimera":
            (scratch / entry.name).symlink_to(entry)
    (scratch / "chimera").symlink_to(program)


def run_page(page, root, program):
    """Yields (name, what is wrong or "") for every command of one page."""
    with tempfile.TemporaryDirectory(prefix="docs") as folder:
        scratch = pathlib.Path(folder)
        link_checkout(root, program, scratch)
        environment = {**os.environ, "LC_ALL": "C.UTF-8", "TZ": "UTC", "SOURCE_DATE_EPOCH": str(EPOCH), "CHIMERA_PICTURES": "none"}
        for line, word, command, code, wanted in commands(page.read_text()):
            if word == "no-run" or command.startswith("./check"):
                continue
            name = f"{page.relative_to(root)}:{line}: {command}"
            try:
                done = bounded.run(["sh", "-c", command], 120, cwd=scratch, env=environment, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            except subprocess.TimeoutExpired:
                yield name, "no end after 120 s"
                continue
            if done.returncode != code:
                yield name, f"exit {done.returncode}, expected {code}\n{done.stderr[-2000:]}"
            elif wanted and not matches(wanted, done.stdout.splitlines()):
                yield name, "the output is not what the page shows:\n" + done.stdout[-4000:]
            else:
                yield name, ""
