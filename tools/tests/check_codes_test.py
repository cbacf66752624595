"""check_codes must fail on each kind of disagreement."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import check_codes  # noqa: E402

TABLE = """// CHIMERA_DIAGNOSTIC: name, code, severity, line
CHIMERA_DIAGNOSTIC(file_unreadable, "C101", error, "the file could not be read")
CHIMERA_DIAGNOSTIC(file_changed, "C102", loss,
                   "changed while it was read")
"""
DOCUMENT = """| code | name | severity | meaning |
|---|---|---|---|
| C101 | file_unreadable | error | x |
| `C102` | `file_changed` | loss | see C101 |
"""


class Codes(unittest.TestCase):
    def assert_one(self, table, document, words):
        found = list(check_codes.find_problems(table, document))
        self.assertEqual(len(found), 1, found)
        self.assertIn(words, found[0])

    def test_agreement_passes(self):
        self.assertEqual([], list(check_codes.find_problems(TABLE, DOCUMENT)))

    def test_a_code_without_a_row_fails(self):
        self.assert_one(TABLE, DOCUMENT.replace("| C101 |", "| x |"), "C101 (file_unreadable) has no row")

    def test_a_row_without_a_code_fails(self):
        self.assert_one(TABLE, DOCUMENT + "| C999 | x | note | y |\n", "C999 is in docs")

    def test_a_code_used_twice_fails(self):
        table = TABLE + 'CHIMERA_DIAGNOSTIC(other, "C102", loss, "x")\n'
        self.assertIn("C102 is used twice in the code", list(check_codes.find_problems(table, DOCUMENT)))

    def test_two_rows_for_a_code_fail(self):
        self.assert_one(TABLE, DOCUMENT + "| C101 | file_unreadable | error | again |\n", "more than one row")

    def test_another_severity_fails(self):
        self.assert_one(TABLE, DOCUMENT.replace("| loss |", "| note |"), "C102 is file_changed, loss in the code")

    def test_an_entry_that_cannot_be_read_fails(self):
        self.assert_one(TABLE + "CHIMERA_DIAGNOSTIC(x, kCode, loss, kLine)\n", DOCUMENT, "only 2 can be read")


if __name__ == "__main__":
    unittest.main()
