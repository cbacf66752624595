"""check_style must fail on what it forbids and on nothing else."""

import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import check_style  # noqa: E402

HEADER = "// What it is.\n#pragma once\n"


def function(lines, indent=""):
    return f"{indent}int f() {{\n" + f"{indent}  call();\n" * (lines - 2) + f"{indent}}}\n"


class Style(unittest.TestCase):
    def problems(self, name, text):
        return list(check_style.source_problems(name, text))

    def test_a_header_up_to_the_limit_passes(self):
        self.assertEqual([], self.problems("src/a/b.h", HEADER + "\n" * 148))

    def test_a_longer_header_fails(self):
        self.assertIn("151 lines", self.problems("src/a/b.h", HEADER + "\n" * 149)[0])

    def test_a_header_without_its_first_comment_or_guard_fails(self):
        self.assertEqual(2, len(self.problems("src/a/b.h", "int x;\n")))

    def test_a_function_up_to_the_limit_passes(self):
        self.assertEqual([], self.problems("src/a/b.cc", "namespace a {\n" + function(60) + function(60) + "}\n"))

    def test_a_longer_function_fails_also_within_a_class(self):
        for indent in ("", "  "):
            found = self.problems("src/a/b.cc", "class A {\n" + function(61, indent) + "};\n")
            self.assertEqual(["src/a/b.cc:2: a function of 61 lines; up to 60 are allowed"], found)

    def test_a_constructor_over_two_lines_ends_where_it_ends(self):
        text = "class A {\n  A()\n      : b_(1) {\n    call();\n  }\n" + function(50, "  ") + "};\n"
        self.assertEqual([], self.problems("src/a/b.cc", text))

    def test_a_long_table_or_test_is_no_function(self):
        self.assertEqual([], self.problems("src/a/b.cc", "const int kTable[] = {\n" + "  1,\n" * 80 + "};\n"))
        self.assertEqual([], self.problems("src/a/b.cc", "T f() {\n  return {\n" + "    {1, 2},\n" * 80 + "  };\n}\n"))
        self.assertEqual([], self.problems("src/a/b_test.cc", function(80)))

    def test_a_path_of_a_machine_fails(self):
        with tempfile.TemporaryDirectory() as root:
            root = pathlib.Path(root)
            (root / "docs").mkdir()
            (root / "docs/a.md").write_text("see https://x.org/home/page\nrun " + "/ho" + "me/ann/x\nsrc/wo" + "rk/x\n")
            self.assertEqual(["docs/a.md:2: a path of somebody's machine"], list(check_style.find_problems(root)))


if __name__ == "__main__":
    unittest.main()
