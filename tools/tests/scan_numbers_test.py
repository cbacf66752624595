"""scan_numbers finds what docs/design.md says that it finds."""

import pathlib
import re
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import scan_numbers  # noqa: E402

DESIGN = pathlib.Path(__file__).resolve().parents[2] / "docs" / "design.md"


def found(text, commas="group"):
    return [lexeme for _, _, lexeme in scan_numbers.scan(text, commas)]


class ScanNumbers(unittest.TestCase):
    def test_the_exceptions_that_the_design_names_are_no_numbers(self):
        section = DESIGN.read_text().split("## 7. Numbers")[1].split("In JSON, JSON Lines")[0]
        rows = [line.split("|") for line in section.splitlines() if line.startswith("|")][2:]
        self.assertEqual(len(rows), len(scan_numbers.EXCEPTIONS))
        for row in rows:
            for example in re.findall(r"`([^`]+)`", row[2]):
                self.assertEqual(found(example), [], example)

    def test_numbers_are_found_with_signs_groups_and_exponents(self):
        self.assertEqual(found("-5 of 1,234.5, 12ms x2.3 3-5 1e-3 .5 5."), ["-5", "1,234.5", "12", "2.3", "3", "5", "1e-3", ".5", "5"])

    def test_commas_separate_in_tables_unless_quotes_hold_the_number(self):
        self.assertEqual(found('1,234,"1,234"', "separate"), ["1", "234", "1,234"])

    def test_spans_count_bytes(self):
        self.assertEqual(list(scan_numbers.scan("µ 12 −3", "group")), [(3, 5, "12"), (6, 10, "−3")])


if __name__ == "__main__":
    unittest.main()
