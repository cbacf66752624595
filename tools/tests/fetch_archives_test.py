"""Tests of tools/fetch_archives with stand-ins for npm and pip: no network."""

import hashlib
import io
import os
import pathlib
import shutil
import subprocess
import tarfile
import tempfile
import unittest
import zipfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
LIBRARY = b"the library"


def npm_archive():
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for name, content in (("package/lib.so", LIBRARY), ("package/a.txt", b"a"), ("package/b.txt", b"b")):
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return out.getvalue()


def wheel():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("tiny/model.bin", b"weights")
    return out.getvalue()


class FetchArchives(unittest.TestCase):
    def setUp(self):
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="fetch archives "))
        self.addCleanup(shutil.rmtree, self.home, True)
        self.root = self.home / "checkout"
        for name in ("tools/fetch_archives", "tools/launcher.sh"):
            (self.root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, self.root / name)
        (self.root / "deps").mkdir()
        (self.home / "served").mkdir()
        (self.home / "bin").mkdir()
        self.asked = self.home / "asked"
        self.command("npm", f'echo "$@" >>"{self.asked}"; for d; do case $last in --pack-destination) to=$d ;; esac; last=$d; done; '
                            f'cp "{self.home}/served/tiny-1.0.0.tgz" "$to"')
        self.serve("tiny-1.0.0.tgz", npm_archive())

    def command(self, name, script):
        path = self.home / "bin" / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)

    def serve(self, name, content):
        (self.home / "served" / name).write_bytes(content)

    def lock(self, content=None, parts="package/lib.so>lib/lib.so", kind="npm", file="tiny-1.0.0.tgz"):
        content = npm_archive() if content is None else content
        digest = hashlib.sha512(content).hexdigest()
        (self.root / "deps/archives.lock").write_text(
            f"# a comment\ntiny any {kind} tiny 1.0.0 {file} {len(content)} sha512:{digest} {parts}\n")

    def run_tool(self, *groups, **env):
        return subprocess.run([self.root / "tools/fetch_archives", *groups], capture_output=True, text=True, check=False,
                              env={**os.environ, "PATH": f"{self.home}/bin:{os.environ['PATH']}",
                                   "XDG_CACHE_HOME": str(self.home / "cache"), **env})

    def unpacked(self, name):
        return (self.root / ".cache/tiny" / name).read_bytes()

    def test_it_says_what_and_how_large_then_unpacks_what_is_wanted(self):
        self.lock()
        done = self.run_tool("tiny")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("fetching tiny 1.0.0 with npm: 0.0 MB", done.stderr)
        self.assertEqual(self.unpacked("lib/lib.so"), LIBRARY)
        self.assertFalse((self.root / ".cache/tiny/a.txt").exists())

    def test_a_second_call_and_a_second_checkout_fetch_nothing(self):
        self.lock()
        self.run_tool("tiny")
        self.assertEqual(self.run_tool("tiny").stderr, "")
        shutil.rmtree(self.root / ".cache")
        self.assertEqual(self.run_tool("tiny").stderr, "")
        self.assertEqual(self.unpacked("lib/lib.so"), LIBRARY)
        self.assertEqual(len(self.asked.read_text().splitlines()), 1)

    def test_patterns_fill_a_folder_and_a_changed_line_unpacks_anew(self):
        self.lock()
        self.run_tool("tiny")
        self.lock(parts="package/*.txt>texts/")
        self.assertEqual(self.run_tool("tiny").returncode, 0)
        self.assertEqual(self.unpacked("texts/b.txt"), b"b")
        self.assertFalse((self.root / ".cache/tiny/lib").exists())

    def test_another_archive_than_the_pinned_one_is_refused(self):
        self.lock()
        self.serve("tiny-1.0.0.tgz", npm_archive()[:-1] + b"x")
        done = self.run_tool("tiny")
        self.assertEqual(done.returncode, 69)
        self.assertIn("is not the archive of deps/archives.lock", done.stderr)
        self.assertFalse((self.root / ".cache/tiny").exists())

    def test_a_damaged_cache_is_fetched_again(self):
        self.lock()
        self.run_tool("tiny")
        shutil.rmtree(self.root / ".cache")
        (self.home / "cache/chimera/archives/tiny-1.0.0.tgz").write_bytes(b"half of it")
        self.assertEqual(self.run_tool("tiny").returncode, 0)
        self.assertEqual(self.unpacked("lib/lib.so"), LIBRARY)

    def test_offline_is_one_sentence_and_69(self):
        self.lock()
        self.command("npm", "echo no route; exit 1")
        done = self.run_tool("tiny")
        self.assertEqual(done.returncode, 69)
        self.assertIn("tiny 1.0.0 could not be fetched. Is this machine offline?", done.stderr)

    def test_wheels_come_with_pip(self):
        self.serve("tiny-1.0.0-py3-none-any.whl", wheel())
        self.command("python3", 'case $1 in -m) for d; do case $last in -d) to=$d ;; esac; last=$d; done; '
                                f'[ "$3" = --version ] || [ -z "$to" ] || cp "{self.home}/served/"*.whl "$to" ;; '
                                '*) exec /usr/bin/python3 "$@" ;; esac')
        self.lock(wheel(), "tiny/*.bin>models/", "pypi", "tiny-1.0.0-py3-none-any.whl")
        done = self.run_tool("tiny")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.unpacked("models/model.bin"), b"weights")

    def test_a_group_that_the_system_has_is_passed_over(self):
        self.lock()
        with (self.root / "deps/archives.lock").open("a") as lock:
            lock.write("system tiny math.h m\n")
        self.assertEqual(self.run_tool("tiny").returncode, 0)
        self.assertFalse(self.asked.exists())

    def test_an_unknown_group_is_refused(self):
        self.lock()
        self.assertEqual(self.run_tool("other").returncode, 69)


if __name__ == "__main__":
    unittest.main()
