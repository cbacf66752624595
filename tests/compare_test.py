"""chimera compare from outside: its schema, git revisions, and what it refuses."""

import json
import os
import pathlib
import subprocess
import tempfile
import unittest

try:
    import jsonschema
except ImportError:
    jsonschema = None

ROOT = pathlib.Path(__file__).resolve().parents[1]
CASE = ROOT / "tests/cli/compare_of_two_llama_bench_files/input"


def compare(*arguments, cwd=CASE):
    return subprocess.run([os.environ["CHIMERA"], "compare", *map(str, arguments)], cwd=cwd, capture_output=True, text=True, check=False)


class Compare(unittest.TestCase):
    def test_follows_its_schema(self):
        if jsonschema is None:
            self.skipTest("python3-jsonschema is not installed")
        schema = json.loads((ROOT / "schema/compare.schema.json").read_text())
        for arguments in (("old.json", "new.json"), ("old.json", "old.json"), ("old.json", "new.json", "--fail-if", "decode_tps<-3%")):
            jsonschema.validate(json.loads(compare(*arguments, "--json").stdout), schema)

    def test_is_symmetric(self):
        forth = {(e["metric"], str(e["config"])): e for e in json.loads(compare("old.json", "new.json", "--json").stdout)["effects"]}
        back = {(e["metric"], str(e["config"])): e for e in json.loads(compare("new.json", "old.json", "--json").stdout)["effects"]}
        self.assertEqual(forth.keys(), back.keys())
        opposite = {"faster": "slower", "slower": "faster", "same": "same", "undecided": "undecided"}
        for key, effect in forth.items():
            self.assertEqual(back[key]["outcome"], opposite[effect["outcome"]])
            self.assertAlmostEqual((1 + effect["change"]) * (1 + back[key]["change"]), 1)

    def test_reads_a_file_as_it_was_in_a_revision(self):
        with tempfile.TemporaryDirectory() as folder:
            def git(*arguments):
                subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=a@b", *arguments], cwd=folder, check=True, capture_output=True)
            log = pathlib.Path(folder, "bench.json")
            log.write_bytes((CASE / "old.json").read_bytes())
            git("init", "-q")
            git("add", ".")
            git("commit", "-qm", "old")
            log.write_bytes((CASE / "new.json").read_bytes())
            done = compare("HEAD:bench.json", "bench.json", "--json", cwd=folder)
            self.assertEqual(done.returncode, 1, done.stderr)
            self.assertEqual(done.stdout, compare("old.json", "new.json", "--json").stdout.replace("old.json", "bench.json").replace("new.json", "bench.json"))
            unknown = compare("HEAD:other.json", "bench.json", cwd=folder)
            self.assertEqual(unknown.returncode, 3)
            self.assertIn("neither a file nor something that git knows", unknown.stderr)

    def test_refuses_conditions_that_make_no_sense(self):
        for condition in ("decode_tps", "< 3%", "decode_tps < 3", "decode_tps < x%", "nothing_like_it < 3%"):
            done = compare("old.json", "new.json", "--fail-if", condition)
            self.assertEqual(done.returncode, 2, condition)
            self.assertTrue(done.stderr)

    def test_refuses_unlike_machines(self):
        with tempfile.TemporaryDirectory() as folder:
            other = pathlib.Path(folder, "other.json")
            other.write_text((CASE / "new.json").read_text().replace("Example CPU 9000", "Another CPU"))
            refused = compare("old.json", other)
            self.assertEqual(refused.returncode, 3)
            self.assertIn("unlike machines", refused.stderr)
            self.assertEqual(compare("old.json", other, "--across-machines").returncode, 1)


if __name__ == "__main__":
    unittest.main()
