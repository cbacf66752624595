"""Sentences as different people write them, about small artifacts made for the purpose: tests/wording/*/statements.jsonl says which are
true. No true one is flagged; of the false ones at least so many as stand below, and those that pass are printed."""

import json
import os
import pathlib
import subprocess
import unittest

CHIMERA = os.environ["CHIMERA"]
FOLDER = pathlib.Path(__file__).resolve().parent / "wording"
FLAGGED = {"models": 16, "serving": 10}  # of the false ones; raise it where the program learns more


class Wording(unittest.TestCase):
    def test_true_sentences_pass_and_false_ones_are_flagged(self):
        for folder in sorted(path for path in FOLDER.iterdir() if path.is_dir()):
            with self.subTest(folder=folder.name):
                told = {one["id"]: one for one in map(json.loads, (folder / "statements.jsonl").read_text(encoding="utf-8").splitlines())}
                asked = "".join(json.dumps({"id": one["id"], "text": one["text"]}) + "\n" for one in told.values())
                done = subprocess.run([CHIMERA, "verify", "--jsonl", "--against", str(folder / "artifacts"), "--quiet"], input=asked, capture_output=True, text=True, timeout=120)
                answers = [json.loads(line) for line in done.stdout.splitlines()]
                self.assertEqual(len(answers), len(told), done.stderr)
                flagged = {one["id"] for one in answers if one["verdict"] in ("contradicted", "unsupported")}
                self.assertEqual([told[one]["text"] for one in sorted(flagged) if told[one]["true"]], [], "true, and flagged")
                false = [one for one in told.values() if not one["true"]]
                passed = [one["text"] for one in false if one["id"] not in flagged]
                self.assertGreaterEqual(len(false) - len(passed), FLAGGED[folder.name], "false, and passed: " + " | ".join(passed))


if __name__ == "__main__":
    unittest.main()
