"""What the survival table counts."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

import measure_survival  # noqa: E402


class StoodByRound(unittest.TestCase):
    def test_a_sentence_that_stood_at_once_is_not_drafted_again(self):
        self.assertEqual(measure_survival.stood_by_round([1, 1, 1], 3), (3, [3, 3, 3]))

    def test_what_stands_later_counts_from_its_round_on(self):
        self.assertEqual(measure_survival.stood_by_round([1, 2, 1, 1, 2, 3], 3), (3, [1, 2, 3]))

    def test_what_never_stands_does_not_count(self):
        self.assertEqual(measure_survival.stood_by_round([1, 2, 3, 1], 1), (2, [1, 1, 1]))


if __name__ == "__main__":
    unittest.main()
