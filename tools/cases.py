"""Data-folder tests of the program: tests/cli/<case>/ and its like.

A case is a folder with `cmd`, or any folder with `input/` beside a `cmd` in the parent that all cases share:
  cmd            shell lines, run by `sh -eu` in a scratch folder that holds a copy of the case's input/
  expected       the standard output, to the byte; a missing file means none
  expected_err   the same for standard error; a missing file means not compared
  exit           the exit code; a missing file means 0
In cmd, $CHIMERA is the program, $ROOT the checkout and $SHARED the folder of shared corpora: a case that names $SHARED
is skipped where that is not there. Times are fixed (SOURCE_DATE_EPOCH, UTC, and every input file's own), and the
scratch folder's path reads DIR in the outputs. tools/record writes the expectations anew.
"""

import difflib
import os
import pathlib
import shutil
import subprocess
import tempfile

import bounded

EPOCH = 1700000000
TIMEOUT_S = 120


def find(root):
    """Every case under tests/, sorted: (its name, its folder, its command file)."""
    found = []
    for kind in sorted(p for p in (root / "tests").glob("*") if p.is_dir()):
        for folder in sorted(p for p in kind.glob("*") if p.is_dir()):
            own, shared = folder / "cmd", kind / "cmd"
            if own.exists() or (shared.exists() and (folder / "input").exists()):
                found.append((f"{kind.name}/{folder.name}", folder, own if own.exists() else shared))
    return found


def needs_shared(command):
    text = command.read_text()
    return "$SHARED" in text or "${SHARED" in text


def run(folder, command, root, program, shared):
    """What the case gives: {"expected": bytes, "expected_err": bytes, "exit": bytes}."""
    with tempfile.TemporaryDirectory(prefix="case") as scratch:
        scratch = pathlib.Path(scratch).resolve()
        if (folder / "input").exists():
            shutil.copytree(folder / "input", scratch, symlinks=True, dirs_exist_ok=True)
        for path in [scratch, *scratch.rglob("*")]:
            os.utime(path, (EPOCH, EPOCH), follow_symlinks=False)
        environment = {"PATH": os.environ["PATH"], "HOME": str(scratch), "LC_ALL": "C.UTF-8", "TZ": "UTC", "CHIMERA_PICTURES": "none",
                       "SOURCE_DATE_EPOCH": str(EPOCH), "CHIMERA": str(program), "ROOT": str(root),
                       "SHARED": str(shared or "")}
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS"):
            if name in os.environ:
                environment[name] = os.environ[name]
        try:
            done = bounded.run(["sh", "-eu", str(command)], TIMEOUT_S, cwd=scratch, env=environment, stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        except subprocess.TimeoutExpired:
            return {"expected": b"", "expected_err": f"no end after {TIMEOUT_S} s\n".encode(), "exit": b"timeout\n"}
        place = str(scratch).encode()
        return {"expected": done.stdout.replace(place, b"DIR"), "expected_err": done.stderr.replace(place, b"DIR"),
                "exit": f"{done.returncode}\n".encode()}


def difference(folder, given):
    """A readable difference between the expectations in the folder and what was given; empty where they agree."""
    problems = []
    for name, default in (("exit", b"0\n"), ("expected", b""), ("expected_err", None)):
        file = folder / name
        wanted = file.read_bytes() if file.exists() else default
        if wanted is None or wanted.strip() == given[name].strip() and name == "exit" or wanted == given[name]:
            continue
        lines = difflib.unified_diff(wanted.decode(errors="replace").splitlines(),
                                     given[name].decode(errors="replace").splitlines(), name, "given", lineterm="", n=2)
        problems.append("\n".join(list(lines)[:60]) or f"{name}: differs in its line ends or last newline")
    if problems and not (folder / "expected_err").exists():
        problems.append("standard error:\n" + given["expected_err"].decode(errors="replace")[-2000:])
    return "\n".join(problems)


def record(folder, given):
    """Writes what was given as the new expectation: only files that say more than their absence would."""
    for name, default in (("exit", b"0\n"), ("expected", b""), ("expected_err", None)):
        file = folder / name
        if default is None and not file.exists():
            continue
        if given[name] == default:
            file.unlink(missing_ok=True)
        elif not file.exists() or file.read_bytes() != given[name]:
            file.write_bytes(given[name])
