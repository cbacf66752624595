"""How chimera starts: whatever libraries lie in the current folder, none of them is loaded."""

import os
import pathlib
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent
CHIMERA = os.path.abspath(os.environ.get("CHIMERA", str(ROOT / "build/dev/bin/chimera")))


class Start(unittest.TestCase):
    def test_nothing_is_loaded_from_the_current_folder(self):
        linked = subprocess.run(["ldd", CHIMERA], capture_output=True, text=True, check=True).stdout
        names = [line.split()[0] for line in linked.splitlines() if "=>" in line] + ["libduckdb.so", "libcurl.so.4"]
        self.assertIn("libstdc++.so.6", names)
        with tempfile.TemporaryDirectory() as folder:
            for name in names:
                (pathlib.Path(folder) / name).touch()  # "file too short" to whoever loads it
            (pathlib.Path(folder) / "a.csv").write_text("load_ms\n1\n", encoding="utf-8")
            for arguments, code in ((["--version"], 0), (["ingest", ".", "--store", "a.duckdb"], 0), (["complete", "--engine", "ollama", "--url", "http://127.0.0.1:1", "--model", "m", "hello"], 4)):
                done = subprocess.run([CHIMERA, *arguments], cwd=folder, capture_output=True, text=True, timeout=60, check=False)
                self.assertEqual(done.returncode, code, done.stderr)
                self.assertNotIn("file too short", done.stderr)


if __name__ == "__main__":
    unittest.main()
