"""What runs into its limit leaves nothing running."""

import pathlib
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import bounded  # noqa: E402


class Bounded(unittest.TestCase):
    def test_output_and_exit_code_come_back(self):
        done = bounded.run(["sh", "-c", "echo out; echo err >&2; exit 3"], 60, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (3, "out\n", "err\n"))

    def test_what_a_shell_started_ends_with_it(self):
        with tempfile.TemporaryDirectory() as folder:
            beat = pathlib.Path(folder) / "beat"
            script = f"sh -c 'while :; do echo x >>{beat}; sleep 0.05; done'; true"
            with self.assertRaises(subprocess.TimeoutExpired):
                bounded.run(["sh", "-c", script], 1, stdout=subprocess.PIPE)
            time.sleep(0.2)
            before = beat.stat().st_size
            time.sleep(0.5)
            self.assertEqual(beat.stat().st_size, before)


if __name__ == "__main__":
    unittest.main()
