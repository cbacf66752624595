"""What chimera report and chimera facts write: schemas, links that resolve, laws seen from outside, equal bytes."""

import json
import os
import pathlib
import re
import signal
import subprocess
import tempfile
import time
import unittest

try:
    import jsonschema
except ImportError:
    jsonschema = None

ROOT = pathlib.Path(__file__).resolve().parent.parent
CHIMERA = os.environ.get("CHIMERA", str(ROOT / "build/dev/bin/chimera"))
DEFINITION = re.compile(r'^\[([afc]\d+)\]: (\S+?)(?:#L(\d+))?(?: "(.*)")?$', re.MULTILINE)
USE = re.compile(r"(?<!\\)\[((?:\\.|[^\]\\])*)\]\[([afc]\d+)\]")


def chimera(*arguments, code=0, cwd=None, env=None):
    done = subprocess.run([CHIMERA, *map(str, arguments)], capture_output=True, cwd=cwd, env=env)
    if done.returncode != code:
        raise AssertionError(f"exit {done.returncode}, expected {code}: {arguments}\n{done.stderr.decode(errors='replace')}")
    return done.stdout.decode("utf-8")


def schema(name):
    return json.loads((ROOT / "schema" / name).read_text(encoding="utf-8"))


def unescape(text):
    return re.sub(r"\\(.)", r"\1", text)


class Report(unittest.TestCase):
    """One report over examples/; subclasses use other folders."""

    folder = ROOT / "examples"

    @classmethod
    def setUpClass(cls):
        if not cls.folder.exists():
            raise unittest.SkipTest(f"{cls.folder.name} is not there")
        cls.scratch = tempfile.TemporaryDirectory()
        cls.out = pathlib.Path(cls.scratch.name) / "out"
        chimera("report", cls.folder, "-o", cls.out, "--writer", "none", "--quiet")
        cls.markdown = (cls.out / "report.md").read_text(encoding="utf-8")
        cls.report = json.loads((cls.out / "report.json").read_text(encoding="utf-8"))
        cls.run_record = json.loads((cls.out / "run.json").read_text(encoding="utf-8"))

    @classmethod
    def tearDownClass(cls):
        cls.scratch.cleanup()

    def test_has_its_parts_in_order(self):
        parts = ["# Technical Report", "**Date:**", "**Agent Type:**", "**Model:**", "**Configuration:**", "## Executive Summary",
                 "## Data Ingestion Summary", "## Performance Analysis", "## Key Findings", "## Recommendations",
                 "## Gaps and Missing Telemetry", "## Conclusion", "## Workflow Summary", "## Metrics", "## Verification",
                 "## Persona Prompt", "## Sources"]
        places = [self.markdown.find(part) for part in parts]
        self.assertNotIn(-1, places, parts)
        self.assertEqual(places, sorted(places))

    def test_outputs_follow_their_schemas(self):
        if jsonschema is None:
            self.skipTest("python3-jsonschema is not installed")
        jsonschema.validate(self.report, schema("report.schema.json"))
        jsonschema.validate(self.run_record, schema("run.schema.json"))

    def test_every_link_resolves(self):
        defined = {label: (href, line) for label, href, line, _ in DEFINITION.findall(self.markdown)}
        used = {label for _, label in USE.findall(self.markdown)}
        self.assertTrue(used)
        compared = {side for label, _, _, title in DEFINITION.findall(self.markdown) if label.startswith("c") for side in re.findall(r"f\d+", title)}
        self.assertEqual(used | compared, set(defined), "links used and links defined")
        for label, (href, line) in defined.items():
            target = (self.out / re.sub("%([0-9A-F]{2})", lambda m: chr(int(m[1], 16)), href)).resolve()
            self.assertTrue(target.exists(), f"{label}: {target}")
            if line:
                self.assertLessEqual(int(line), target.read_bytes().count(b"\n") + 1, label)

    def test_a_derived_fact_links_to_its_own_line(self):
        lines = (self.out / "report.json").read_text(encoding="utf-8").splitlines()
        for label, href, line, _ in DEFINITION.findall(self.markdown):
            if href == "report.json" and label.startswith("f"):
                self.assertEqual(json.loads(lines[int(line) - 1].rstrip(","))["label"], label)

    def test_bytes_at_each_span_are_the_number(self):
        for fact in self.report["facts"]:
            if "path" not in fact:
                continue
            path = self.out / "run.json" if fact["path"] == "./run.json" else self.folder / fact["path"]
            self.assertEqual(path.read_bytes()[fact["begin"]:fact["end"]].decode("utf-8"), fact["raw"], fact)

    def test_no_digit_of_a_sentence_stands_without_a_link(self):
        body = self.markdown.split("## Sources")[0]
        body = re.sub(r"```.*?```", "", body, flags=re.DOTALL)
        body = USE.sub("", body)
        body = re.sub(r"``.*?``|`[^`]*`", "", body)
        body = re.sub(r"^\d+\. ", "", body, flags=re.MULTILINE)  # ordinals of lists
        body = re.sub(r"95 % confidence", "", body)  # the name of a statistic
        body = re.sub(r"[^\s|]*[A-Za-z_][^\s|]*", "", body)  # identifiers: gemma3:1b, q4\\_0
        loose = [line for line in body.splitlines() if re.search(r"\d", line)]
        self.assertEqual(loose, [])

    def test_all_claims_are_supported(self):
        self.assertTrue(self.report["claims"])
        self.assertEqual({claim["verdict"] for claim in self.report["claims"]} - {"supported", "uncheckable"}, set())
        self.assertEqual(self.run_record["claims"]["total"] > 0, True)

    def test_numbers_add_up(self):
        numbers = self.run_record["numbers"]
        self.assertEqual(numbers["found"], numbers["facts"] + numbers["ignored"] + numbers["unread"])
        self.assertEqual(numbers["ignored"], sum(numbers["ignored_by_reason"].values()))

    def test_explain_knows_every_label(self):
        labels = [fact["label"] for fact in self.report["facts"] if "label" in fact]
        for label in (labels[0], labels[len(labels) // 2], labels[-1]):
            text = chimera("explain", label, "--in", self.out / "report.json")
            self.assertTrue(text.startswith(label), text)
            told = json.loads(chimera("explain", label, "--in", self.out / "report.json", "--json"))
            self.assertEqual(told["label"], label)
        chimera("explain", "f999999", "--in", self.out / "report.json", code=2)

    def test_two_runs_give_equal_bytes(self):
        with tempfile.TemporaryDirectory() as scratch:
            for name in ("one", "two"):
                chimera("report", self.folder, "-o", pathlib.Path(scratch) / name, "--writer", "none", "--no-times", "--quiet")
            for file in ("report.md", "report.json", "run.json"):
                self.assertEqual((pathlib.Path(scratch) / "one" / file).read_bytes(), (pathlib.Path(scratch) / "two" / file).read_bytes(), file)

    def test_facts_follow_their_schema_and_their_bytes(self):
        lines = chimera("facts", self.folder, "--json", "--quiet").splitlines()
        self.assertTrue(lines)
        order = []
        for line in lines[:20000]:
            fact = json.loads(line)
            order.append((fact["path"].encode(), fact["begin"], fact["end"]))
            if jsonschema is not None and len(order) % 50 == 1:
                jsonschema.validate(fact, schema("fact.schema.json"))
        self.assertEqual(order, sorted(order))


class OlderProject(Report):
    """The same over the artifacts that the older project's agents read."""

    folder = pathlib.Path(os.environ.get("CHIMERA_SHARED", ROOT.parent / "shared")) / "corpora/chimera-artifacts"

    def test_counts_files_by_declared_type(self):
        files = {name: type_["files"] for name, type_ in self.run_record["inventory"]["types"].items()}
        self.assertEqual(files, {"csv": 28, "json": 44, "markdown": 29})
        self.assertEqual(self.run_record["inventory"]["files"], 101)
        self.assertEqual(self.run_record["inventory"]["also_read"]["files"], 3)
        self.assertEqual(self.run_record["inventory"]["not_read"], 0)

    def test_names_the_copies_and_the_file_that_is_something_else(self):
        self.assertEqual(len(self.run_record["inventory"]["copies"]), 4)
        self.assertTrue(any(path.endswith("ncu_summary.csv") for path in self.run_record["inventory"]["content_differs"]))

    def kinds(self):
        return [finding["kind"] for finding in self.report["findings"]]

    def test_reports_every_sweep_as_a_tie(self):
        best = [f for f in self.report["findings"] if f["kind"] == "best_configuration"]
        sweeps = {path for f in best for path in f["paths"] if path.endswith("param_tuning.csv")}
        self.assertEqual(len({pathlib.PurePath(path).name for path in sweeps}), 4)
        for finding in best:
            if any(path in sweeps for path in finding["paths"]):
                self.assertRegex(finding["statement"], "(?i)told apart|tie|noise")

    def test_calls_the_outer_loop_confounded_and_gives_it_no_direction(self):
        confounded = [f for f in self.report["findings"] if f["kind"] == "confounded_factor"]
        self.assertTrue(any("num_gpu" in f["statement"] for f in confounded))
        for finding in confounded:
            self.assertNotRegex(finding["statement"], r"\b(faster|slower|better|worse|higher|lower)\b")

    def test_sees_cold_rows_failures_and_contradictions(self):
        for kind in ("cold_start", "failed_rows", "gap"):
            self.assertIn(kind, self.kinds())
        self.assertTrue({"contradiction", "summary_mismatch"} & set(self.kinds()))
        mislabelled = [f for f in self.report["findings"] if f["kind"] == "mislabelled"]
        self.assertTrue(any(path.endswith("performance_digest.md") for f in mislabelled for path in f["paths"]))


class BadInput(unittest.TestCase):
    def setUp(self):
        self.scratch = tempfile.TemporaryDirectory()
        self.folder = pathlib.Path(self.scratch.name) / "in"
        self.folder.mkdir()
        self.out = pathlib.Path(self.scratch.name) / "out"

    def tearDown(self):
        self.scratch.cleanup()

    def report(self, code=0):
        return chimera("report", self.folder, "-o", self.out, "--writer", "none", "--no-times", "--quiet", code=code)

    def diagnostics(self):
        return {entry["code"] for entry in json.loads((self.out / "report.json").read_text(encoding="utf-8"))["diagnostics"]}

    def test_an_empty_folder_gives_no_report(self):
        self.report(code=3)
        self.assertFalse(self.out.exists())

    def test_a_missing_folder_is_an_input_error(self):
        chimera("report", self.folder / "nowhere", "-o", self.out, code=3)
        self.assertFalse(self.out.exists())

    def test_faults_are_diagnosed_and_the_rest_is_read(self):
        good = "model,tokens_s\na,10.5\nb,11.5\n"
        faults = {
            "truncated.json": b'{"a": 1, "b": [1, 2',
            "nan.json": b'{"a": NaN, "b": Infinity, "c": 3}',
            "utf16.csv": good.encode("utf-16"),
            "bom.csv": b"\xef\xbb\xbf" + good.encode(),
            "crlf.csv": good.replace("\n", "\r\n").encode(),
            "invalid.json": b'{"a": "\xff\xfe\xfd caf\xe9", "b": 2}',
            "semicolon.csv": "name;wert\na;1,5\nb;2,5\n".encode(),
            "ragged.csv": b"a,b,c\n1,2\n1,2,3,4\n5,6,7\n",
            "binary.json": bytes(range(256)) * 20,
            "deep.json": b"[" * 10000 + b"]" * 10000,
            "empty.csv": b"",
            "long.csv": b"a,b\n" + b"1" * 3_000_000 + b",2\n",
            "wide.csv": (",".join(f"c{i}" for i in range(50_000)) + "\n" + ",".join(["1"] * 50_000) + "\n").encode(),
        }
        (self.folder / "good.csv").write_text(good)
        for name, data in faults.items():
            (self.folder / name).write_bytes(data)
        os.symlink(".", self.folder / "circle")
        self.report()
        codes = self.diagnostics()
        for code in ("C103", "C105", "C106", "C107", "C110", "C202", "C203", "C204", "C211"):
            self.assertIn(code, codes)
        facts = [json.loads(line) for line in chimera("facts", self.folder, "--json", "--quiet").splitlines()]
        values = {path: sorted(f["value"] for f in facts if f["path"] == path and f["metric"] == "throughput") for path in ("good.csv", "bom.csv", "crlf.csv", "utf16.csv")}
        for path, found in values.items():
            self.assertEqual(found, [10.5, 11.5], path)

    def test_a_file_that_may_not_be_read_is_named(self):
        if os.geteuid() == 0:
            self.skipTest("root may read every file")
        (self.folder / "good.csv").write_text("a,b\n1,2\n")
        (self.folder / "secret.csv").write_text("a,b\n1,2\n")
        (self.folder / "secret.csv").chmod(0)
        self.report()
        self.assertIn("C101", self.diagnostics())

    def test_names_cannot_write_markdown_or_steer_the_terminal(self):
        (self.folder / "x](evil) <b> \x1b[31m `.csv").write_text("a,tokens_s\n1,2.5\n3,4.5\n")
        self.report()
        markdown = (self.out / "report.md").read_text(encoding="utf-8")
        self.assertNotIn("](evil)", markdown.replace("\\]", ""))
        self.assertNotIn("\x1b", markdown)

    def test_own_outputs_are_not_read_back(self):
        (self.folder / "good.csv").write_text("a,tokens_s\n1,2.5\n3,4.5\n")
        self.out = self.folder / "out"
        self.report()
        first = (self.out / "report.md").read_bytes()
        self.report()
        self.assertEqual((self.out / "report.md").read_bytes().count(b"../good.csv"), first.count(b"../good.csv"))

    def test_wrong_arguments_are_usage_errors_with_a_hint(self):
        done = subprocess.run([CHIMERA, "reprot"], capture_output=True)
        self.assertEqual(done.returncode, 2)
        self.assertIn(b'did you mean "report"', done.stderr)
        done = subprocess.run([CHIMERA, "report", "x", "--writr", "none"], capture_output=True)
        self.assertEqual(done.returncode, 2)
        self.assertIn(b"--writer", done.stderr)
        chimera("report", code=2)
        chimera(code=2)

    def test_an_interrupt_ends_it_with_130(self):
        (self.folder / "good.csv").write_text("a,tokens_s\n1,2.5\n")
        process = subprocess.Popen([CHIMERA, "verify", "-", "--against", self.folder], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        state = pathlib.Path(f"/proc/{process.pid}/syscall")
        while process.poll() is None and not state.read_text().startswith("0 0x0 "):  # until it waits for standard input
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        self.assertIn(b"interrupted", process.communicate(timeout=30)[1])
        self.assertEqual(process.returncode, 130)

    def test_several_folders_are_told_apart(self):
        other = pathlib.Path(self.scratch.name) / "more" / "in"
        other.mkdir(parents=True)
        (self.folder / "a.csv").write_text("x,tokens_s\n1,2.5\n")
        (other / "a.csv").write_text("x,tokens_s\n1,3.5\n")
        facts = [json.loads(line) for line in chimera("facts", self.folder, other, "--json", "--quiet").splitlines()]
        self.assertEqual({fact["path"] for fact in facts}, {"in/a.csv", "in2/a.csv"})


class Verify(unittest.TestCase):
    """chimera verify over a table of its own."""

    TABLE = "model,num_ctx,tokens_s,ttft_s\nsmall,1024,101.25,0.125\nsmall,2048,99.75,0.130\nlarge,1024,51.50,0.250\nlarge,2048,50.50,0.260\n"

    def setUp(self):
        self.scratch = tempfile.TemporaryDirectory()
        self.folder = pathlib.Path(self.scratch.name) / "runs"
        self.folder.mkdir()
        (self.folder / "sweep.csv").write_text(self.TABLE)

    def tearDown(self):
        self.scratch.cleanup()

    def verdicts(self, *texts):
        lines = "".join(json.dumps({"id": str(i), "text": text}) + "\n" for i, text in enumerate(texts))
        done = subprocess.run([CHIMERA, "verify", "--jsonl", "--against", str(self.folder), "--quiet"], input=lines.encode(), capture_output=True)
        answers = [json.loads(line) for line in done.stdout.decode().splitlines()]
        self.assertEqual([answer["id"] for answer in answers], [str(i) for i in range(len(texts))])
        if jsonschema is not None:
            for answer in answers:
                jsonschema.validate(answer, schema("verify.schema.json"))
        return [answer["verdict"] for answer in answers]

    def test_tells_true_from_false(self):
        self.assertEqual(
            self.verdicts("In `sweep.csv`, model=small and num_ctx=1024 has a throughput of 101.3 tokens/s.",
                          "In `sweep.csv`, model=small and num_ctx=1024 has a throughput of 99.75 tokens/s.",
                          "In `sweep.csv`, model=small and num_ctx=1024 has a throughput of 101.3 ms.",
                          "In `sweep.csv` the mean throughput is 75.75 tokens/s.",
                          "In `sweep.csv` the mean throughput is 101.25 tokens/s.",
                          "The file `sweeps.csv` holds the results.",
                          "I like this."),
            ["supported", "contradicted", "contradicted", "supported", "contradicted", "contradicted", "uncheckable"])

    def test_judges_a_report_like_a_compiler(self):
        report = pathlib.Path(self.scratch.name) / "report.md"
        report.write_text("# Results\n\nIn `sweep.csv` the mean throughput is 175.75 tokens/s.\n")
        done = subprocess.run([CHIMERA, "verify", report, "--against", self.folder], capture_output=True)
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"report.md:3:", done.stdout)
        self.assertIn(b"^^^", done.stdout)
        whole = json.loads(chimera("verify", report, "--against", self.folder, "--json", "--quiet", code=1))
        if jsonschema is not None:
            jsonschema.validate(whole, schema("verify.schema.json"))
        report.write_text("# Results\n\nIn `sweep.csv` the mean throughput is 75.75 tokens/s.\n")
        chimera("verify", report, "--against", self.folder, "--quiet")

    def test_answers_whatever_it_is_given(self):
        for text in (b"", b"\xff\xfe\x00", b"1e400 \xe2\x88\x923 12,34,567 \xc2\xbd", b"[" * 20000 + b"*" * 20000, b"| 1 " * 5000):
            done = subprocess.run([CHIMERA, "verify", "-", "--against", str(self.folder), "--quiet"], input=text, capture_output=True, timeout=60)
            self.assertIn(done.returncode, (0, 1, 3), text[:20])
        done = subprocess.run([CHIMERA, "verify", "--jsonl", "--against", str(self.folder), "--quiet"], input=b'{"id": 1}\nnot json\n', capture_output=True, timeout=60)
        self.assertIn(done.returncode, (2, 3))
        chimera("verify", self.folder / "nowhere.md", "--against", self.folder, code=3)


if __name__ == "__main__":
    unittest.main()
