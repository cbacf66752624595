"""How chimera starts: with few libraries, and whatever lies in the current folder, none of that is loaded."""

import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent
CHIMERA = os.path.abspath(os.environ.get("CHIMERA", str(ROOT / "build/dev/bin/chimera")))


def linked(file):
    """The names of the libraries that come with it."""
    listed = subprocess.run(["ldd", file], capture_output=True, text=True, check=True).stdout
    return [line.split()[0] for line in listed.splitlines() if "=>" in line]


class Start(unittest.TestCase):
    def test_what_few_commands_need_comes_with_these(self):
        at_start = linked(CHIMERA)
        for name in ("libduckdb", "libcurl", "libcpp-httplib", "libssl", "libbrotli", "libllama"):
            self.assertEqual([found for found in at_start if found.startswith(name)], [])

    def test_without_the_module_that_serves_it_says_so(self):
        with tempfile.TemporaryDirectory() as folder:
            program, libraries = pathlib.Path(folder) / "bin/chimera", pathlib.Path(folder) / "lib/chimera"
            program.parent.mkdir()
            libraries.mkdir(parents=True)
            shutil.copy(CHIMERA, program)
            (libraries / "libduckdb.so").symlink_to(pathlib.Path(CHIMERA).parent.parent / "lib/chimera/libduckdb.so")
            (pathlib.Path(folder) / "a.csv").write_text("load_ms\n1\n", encoding="utf-8")
            done = subprocess.run([program, "serve", pathlib.Path(folder) / "a.csv"], capture_output=True, text=True, timeout=60, check=False)
            self.assertEqual(done.returncode, 3, done.stderr)
            self.assertIn("chimera_serve.so", done.stderr)
            self.assertIn("belongs beside the program", done.stderr)

    def test_nothing_is_loaded_from_the_current_folder(self):
        module = pathlib.Path(CHIMERA).parent.parent / "lib/chimera/chimera_serve.so"
        names = [*linked(CHIMERA), *linked(module), module.name, "libduckdb.so", "libcurl.so.4"]
        self.assertIn("libstdc++.so.6", names)
        self.assertIn("libcpp-httplib", " ".join(names))
        with tempfile.TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", 0)) as taken:
            for name in names:
                (pathlib.Path(folder) / name).touch()  # "file too short" to whoever loads it
            (pathlib.Path(folder) / "a.csv").write_text("load_ms\n1\n", encoding="utf-8")
            for arguments, code in ((["--version"], 0), (["ingest", ".", "--store", "a.duckdb"], 0), (["complete", "--engine", "ollama", "--url", "http://127.0.0.1:1", "--model", "m", "hello"], 4),
                                    (["serve", "a.csv", "--port", str(taken.getsockname()[1])], 3)):
                done = subprocess.run([CHIMERA, *arguments], cwd=folder, capture_output=True, text=True, timeout=60, check=False)
                self.assertEqual(done.returncode, code, done.stderr)
                self.assertNotIn("file too short", done.stderr)
            self.assertIn("cannot listen", done.stderr)


if __name__ == "__main__":
    unittest.main()
