"""What ./check counts must be what happened: failures, crashes and skips of every kind of test."""

import pathlib
import sys
import tempfile
import unittest

TOOLS = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TOOLS))
import cases  # noqa: E402
import check  # noqa: E402
import checks  # noqa: E402
import docs_commands  # noqa: E402

GTEST = """<?xml version="1.0" encoding="UTF-8"?>
<testsuites><testsuite name="A">
<testcase name="Skips" status="run" result="skipped" classname="A">
  <skipped message="src/a_test.cc:2&#x0A;../shared is not there&#x0A;"/></testcase>
<testcase name="Fails" status="run" result="completed" classname="A"><failure message="src/a_test.cc:3&#x0A;why"/></testcase>
<testcase name="Passes" status="run" result="completed" classname="A"/>
<testcase name="DISABLED_x" status="notrun" result="suppressed" classname="A"/>
</testsuite></testsuites>"""


def outcomes(results):
    return [(r.name, r.outcome, r.detail) for r in results]


class Scratch(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = pathlib.Path(scratch.name)

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def script(self, name, text):
        path = self.write(name, "#!/bin/sh\n" + text)
        path.chmod(0o755)
        return path


class GoogleTest(Scratch):
    def run_program(self, name, text):
        return checks.run_test({"name": name, "command": [str(self.script(name, text))]}, self.folder)

    def test_every_case_is_counted_and_skips_give_their_reason(self):
        text = f"cat >\"${{1#--gtest_output=xml:}}\" <<'END'\n{GTEST}\nEND\nexit 1\n"
        self.assertEqual(outcomes(self.run_program("a_test", text)), [
            ("a_test: A.Skips", "skipped", "../shared is not there"),
            ("a_test: A.Fails", "failed", "src/a_test.cc:3\nwhy"),
            ("a_test: A.Passes", "passed", ""),
            ("a_test: A.DISABLED_x", "skipped", "disabled"),
        ])

    def test_a_crash_without_a_report_fails(self):
        results = self.run_program("a_test", "echo halfway; kill -SEGV $$")
        self.assertEqual([r.outcome for r in results], ["failed"])
        self.assertIn("halfway", results[0].detail)

    def test_a_bad_exit_after_passing_cases_fails(self):
        text = f"cat >\"${{1#--gtest_output=xml:}}\" <<'END'\n{GTEST.replace('<failure', '<other')}\nEND\nexit 3\n"
        self.assertEqual([r.outcome for r in self.run_program("a_test", text)].count("failed"), 1)

    def test_other_programs_count_as_one(self):
        self.assertEqual([r.outcome for r in self.run_program("fuzz_json", "exit 0")], ["passed"])
        self.assertEqual([r.outcome for r in self.run_program("fuzz_json", "exit 1")], ["failed"])


class Summary(unittest.TestCase):
    def test_a_step_that_raises_is_a_failure(self):
        def broken():
            yield checks.Result("one", "passed")
            raise RuntimeError("oops")
        results = check.run(checks.Step("x", "y", broken), True)
        self.assertEqual(check.tally(results), "1 passed, 1 failed, 0 skipped")

    def test_a_step_that_needs_a_failed_build_is_skipped(self):
        results = check.run(checks.Step("x", "y", lambda: iter(()), needs_build=True), False)
        self.assertEqual(outcomes(results), [("x", "skipped", "the build failed")])


class Cases(Scratch):
    def run_case(self, files, program="exit 0\n"):
        for name, text in files.items():
            self.write(f"tests/cli/one/{name}", text)
        [(name, folder, command)] = cases.find(self.folder)
        self.assertEqual(name, "cli/one")
        given = cases.run(folder, command, self.folder, self.script("program", program), None)
        return folder, given

    def test_output_and_exit_code_are_compared(self):
        files = {"cmd": '"$CHIMERA" report in.csv\n', "input/in.csv": "x\n", "expected": "x\n", "exit": "3\n"}
        folder, given = self.run_case(files, 'cat "$2"; exit 3\n')
        self.assertEqual(cases.difference(folder, given), "")
        folder, given = self.run_case(files, 'echo y; echo because >&2\n')
        for words in ("-3", "+0", "-x", "+y", "because"):
            self.assertIn(words, cases.difference(folder, given))

    def test_a_missing_expectation_is_no_output_and_exit_0(self):
        folder, given = self.run_case({"cmd": "echo x\n"})
        self.assertIn("+x", cases.difference(folder, given))

    def test_a_lost_last_newline_is_a_difference(self):
        folder, given = self.run_case({"cmd": "printf x\n", "expected": "x\n"})
        self.assertIn("newline", cases.difference(folder, given))

    def test_what_is_recorded_then_agrees_and_holds_no_scratch_path(self):
        folder, given = self.run_case({"cmd": "pwd; ls -l --time-style=+%s in; exit 5\n", "input/in": "", "expected_err": "x"})
        cases.record(folder, given)
        self.assertEqual(cases.difference(folder, given), "")
        self.assertIn("DIR\n", (folder / "expected").read_text())
        self.assertIn("1700000000", (folder / "expected").read_text())
        self.assertEqual((folder / "exit").read_text(), "5\n")
        self.assertEqual((folder / "expected_err").read_text(), "")

    def test_a_command_may_be_shared_by_the_cases_of_a_kind(self):
        self.write("tests/sources/cmd", "cat a\n")
        self.write("tests/sources/one/input/a", "x")
        self.write("tests/sources/notes/readme", "no case")
        self.assertEqual([name for name, _, _ in cases.find(self.folder)], ["sources/one"])

    def test_a_case_that_names_the_shared_corpora_says_so(self):
        self.assertTrue(cases.needs_shared(self.write("cmd", 'ls "$SHARED/x"\n')))
        self.assertFalse(cases.needs_shared(self.write("cmd", "ls $ROOT\n")))


class Docs(Scratch):
    PAGE = "# x\n```console\n$ ./chimera a \\\n    b\nout a b\n...\nend\n$ ./chimera c  # exit 5\n```\n" \
           "```sh\n$ not this\n```\n```console no-run\n$ nor this\n```\n"

    def test_commands_are_found_with_their_lines_codes_and_outputs(self):
        self.assertEqual(docs_commands.commands(self.PAGE), [
            (3, "", "./chimera a \\\n    b", 0, ["out a b", "...", "end"]),
            (8, "", "./chimera c", 5, None),
            (14, "no-run", "nor this", 0, None),
        ])

    def test_commands_run_with_the_program_in_a_scratch_checkout(self):
        page = self.write("README.md", self.PAGE)
        program = self.script("build/program", "echo out $@; echo; echo more; echo end; [ $1 = a ] || exit 5\n")
        self.assertEqual([problem for _, problem in docs_commands.run_page(page, self.folder, program)], ["", ""])
        self.assertFalse((self.folder / "chimera").exists())

    def test_other_output_or_another_code_is_a_problem(self):
        page = self.write("README.md", self.PAGE)
        program = self.script("build/program", "echo different\n")
        problems = [problem for _, problem in docs_commands.run_page(page, self.folder, program)]
        self.assertIn("not what the page shows", problems[0])
        self.assertIn("exit 0, expected 5", problems[1])


if __name__ == "__main__":
    unittest.main()
