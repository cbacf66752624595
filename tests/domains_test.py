"""chimera verify on artifacts of a domain that it was not tuned on: sentences made by construction, true and false."""

import os
import pathlib
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent
CHIMERA = os.environ.get("CHIMERA", str(ROOT / "build/dev/bin/chimera"))
sys.path.insert(0, str(ROOT / "tools"))

import evaluate_domains  # noqa: E402
import make_statements  # noqa: E402


class Domains(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = ROOT / "tests/domains/compression"
        cls.score = evaluate_domains.Score()
        cls.judged = [pair for seed in (1, 2, 3) for pair in evaluate_domains.judge(CHIMERA, cls.folder, seed)]
        for row, answer in cls.judged:
            cls.score.add(row, answer)

    def examples(self, label, flagged):
        return "\n".join(f"{r['class']}: {r['text']} (truth {r['truth']})" for r, a in self.judged
                         if r["label"] == label and (a["verdict"] in evaluate_domains.BAD) == flagged)

    def test_flags_false_sentences(self):
        hits, n = self.score.rate("false")
        self.assertGreater(n, 200)
        self.assertGreaterEqual(hits / n, 0.95, self.examples("false", False))

    def test_leaves_true_sentences_alone(self):
        hits, n = self.score.rate("true")
        self.assertGreater(n, 200)
        self.assertLessEqual(hits / n, 0.02, self.examples("true", True))

    def test_flags_every_class(self):
        classes = {c for (label, c, _) in self.score.flagged if label == "false"}
        self.assertGreaterEqual(len(classes), 12, classes)
        for kind in sorted(classes):
            hits, n = self.score.rate("false", kind)
            with self.subTest(kind):
                self.assertGreaterEqual(hits / n, 0.85 if kind.startswith(evaluate_domains.RANKED) else 0.90, self.examples("false", False))

    def test_links_the_right_file(self):
        self.assertGreaterEqual(self.score.linked[True] / sum(self.score.linked.values()), 0.95)

    def test_statements_are_made_alike_from_the_same_seed(self):
        first, second = (make_statements.Maker(self.folder, 5, 3).make() for _ in range(2))
        self.assertEqual(first, second)
        self.assertNotEqual(first, make_statements.Maker(self.folder, 6, 3).make())


class Mutants(unittest.TestCase):
    def test_a_mutant_that_its_truth_is_also_written_as_is_none(self):
        value = make_statements.D("2.345")
        for shown in ("2.345", "2.35", "2.34", "2.3", "2"):
            self.assertTrue(make_statements.same_shown(value, shown), shown)
        for shown in ("2.36", "2.4", "3", "23.45", "2.346"):
            self.assertFalse(make_statements.same_shown(value, shown), shown)


if __name__ == "__main__":
    unittest.main()
