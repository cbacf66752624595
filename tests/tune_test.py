"""chimera tune from outside: its schema, its account of costs, the formats of tables that it reads, an engine that is played."""

import gzip
import json
import os
import pathlib
import signal
import subprocess
import tempfile
import time
import unittest

try:
    import jsonschema
except ImportError:
    jsonschema = None

ROOT = pathlib.Path(__file__).resolve().parents[1]
TABLE = ROOT / "tests/cli/tune_on_a_recorded_table/input/table.json"
COSTS = ("--load-seconds", "10", "--switch-seconds", "0.5", "--rep-seconds", "2", "--reload-params", "tile")


def tune(*arguments, table=TABLE):
    command = [os.environ["CHIMERA"], "tune", "--replay", str(table), "--json", "--quiet", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def answer(*arguments, table=TABLE):
    done = tune(*arguments, table=table)
    if done.returncode != 0:
        raise AssertionError(done.stderr)
    return json.loads(done.stdout)


class Tune(unittest.TestCase):
    def test_follows_its_schema(self):
        if jsonschema is None:
            self.skipTest("python3-jsonschema is not installed")
        schema = json.loads((ROOT / "schema/tune.schema.json").read_text())
        for strategy in ("auto", "grid", "random", "halving", "racing"):
            jsonschema.validate(answer("--budget-seconds", 300, *COSTS, "--strategy", strategy), schema)
        self.assertEqual(tune("--budget-seconds", 5, *COSTS).returncode, 5)
        jsonschema.validate(json.loads(tune("--budget-seconds", 5, *COSTS).stdout), schema)

    def test_charges_what_the_interface_says(self):
        """The charge of every step, computed again from the trace alone."""
        found = answer("--budget-seconds", 500, *COSTS)
        spent, last = 0, None
        for step in found["trace"]:
            if not step["values"]:
                spent += 10
            elif step["config"] != last:
                spent += 10 if last is None or last["tile"] != step["config"]["tile"] else 0.5
            spent += 2 * len(step["values"])
            last = step["config"]
            self.assertAlmostEqual(step["seconds"], spent)
        self.assertAlmostEqual(found["charged_seconds"], spent)
        self.assertLessEqual(spent, 500)

    def test_charges_what_was_recorded(self):
        found = answer("--budget-seconds", 6, "--cost", "recorded")
        entries = {json.dumps([e[k] for k in ("tile", "unroll", "vector")]): e for e in json.loads(TABLE.read_text())["cache"].values()}
        spent, last = 0, None
        for step in found["trace"]:
            entry = entries[json.dumps(list(step["config"].values()))]
            if step["config"] != last or not step["values"]:
                spent += entry["compile_time"] / 1000
            spent += sum(step["values"]) / 1000
            last = step["config"]
            self.assertAlmostEqual(step["seconds"], spent)
        self.assertLessEqual(found["charged_seconds"], 6)

    def test_gives_every_recorded_repetition_once_before_any_comes_again(self):
        found = answer("--budget-seconds", 3000, *COSTS, "--strategy", "racing")
        given = {}
        for step in found["trace"]:
            given.setdefault(json.dumps(step["config"]), []).extend(step["values"])
        for key, entry in ((json.dumps({k: e[k] for k in ("tile", "unroll", "vector")}), e) for e in json.loads(TABLE.read_text())["cache"].values()):
            times = entry.get("times", [])
            self.assertEqual(sorted(given[key][:len(times)]), sorted(times)[:len(given[key])] if len(given[key]) >= len(times) else sorted(given[key]))

    def test_is_the_same_for_the_same_seed(self):
        self.assertEqual(tune("--budget-seconds", 300, *COSTS, "--seed", 9).stdout, tune("--budget-seconds", 300, *COSTS, "--seed", 9).stdout)
        many = tune("--budget-seconds", 300, *COSTS, "--seed", 8, "--seeds", 2).stdout.splitlines()
        self.assertEqual(many[1] + "\n", tune("--budget-seconds", 300, *COSTS, "--seed", 9).stdout)

    def test_finds_the_best_and_keeps_the_values_as_they_are(self):
        found = answer("--budget-seconds", 900, *COSTS)
        self.assertEqual(found["incumbent"]["config"], {"tile": 2, "unroll": 1, "vector": True})
        self.assertTrue(found["exhausted"])
        self.assertGreater(found["failed"], 0)

    def test_reads_what_was_broken_off_packed_or_written_by_others(self):
        whole = json.loads(TABLE.read_text())
        text = TABLE.read_text().rstrip()
        broken = text[:text.rindex("}", 0, text.rindex("}"))].rstrip().rstrip("}").rstrip()
        t4 = {"metadata": {"timeunit": "milliseconds"}, "results": [
            {"configuration": {k: e[k] for k in whole["tune_params_keys"]}, "times": {"compilation_time": e["compile_time"], "runtimes": e.get("times", [])},
             "invalidity": "correct" if "times" in e else "runtime", "measurements": [], "objectives": ["time"]} for e in whole["cache"].values()]}
        expected = answer("--budget-seconds", 400, *COSTS)
        with tempfile.TemporaryDirectory() as folder:
            files = {"packed.json.gz": gzip.compress(TABLE.read_bytes()), "t4.json": json.dumps(t4).encode(), "broken.json": (broken + "},").encode()}
            for name, content in files.items():
                path = pathlib.Path(folder, name)
                path.write_bytes(content)
                self.assertEqual(answer("--budget-seconds", 400, *COSTS, table=path)["incumbent"], expected["incumbent"], name)

    def test_says_what_is_wrong(self):
        for arguments, code, words in ((("--budget-seconds", 60, "--rep-seconds", 2, "--reload-params", "nothing"), 2, "no parameter nothing"),
                                       (("--rep-seconds", 2), 2, "--budget-seconds"),
                                       (("--budget-seconds", 60), 2, "what a repetition costs"),
                                       (("--budget-seconds", 60, "--rep-seconds", 2, "--strategy", "magic"), 2, "no strategy"),
                                       (("--budget-seconds", 60, "--rep-seconds", 2, "--without", "luck"), 2, "no part called")):
            done = tune(*arguments)
            self.assertEqual(done.returncode, code, arguments)
            self.assertIn(words, done.stderr)


class LiveTune(unittest.TestCase):
    """On the replay engine, whose calls take the time that was recorded."""

    def setUp(self):
        self.scratch = tempfile.TemporaryDirectory()
        self.addCleanup(self.scratch.cleanup)
        self.log = pathlib.Path(self.scratch.name) / "log.jsonl"

    def command(self, *more):
        return [os.environ["CHIMERA"], "tune", "--engine", "replay", "--transcript", str(ROOT / "docs/transcripts/bench.jsonl"), "-p", "16", "-n", "8", "--warmup", "0",
                "--json", "-o", str(self.log), *more]

    def tune(self, *more, expect=0):
        done = subprocess.run(self.command(*more), capture_output=True, text=True, check=False, timeout=120)
        self.assertEqual(done.returncode, expect, done.stderr)
        return done

    def records(self, kind):
        return [r for r in map(json.loads, self.log.read_text().splitlines()) if r["record"] == kind]

    def stopped_after(self, samples, how, *more):
        """Starts a session and sends it a signal when so many samples are in its log."""
        running = subprocess.Popen(self.command(*more), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        limit = time.monotonic() + 60
        while time.monotonic() < limit and not (self.log.exists() and len(self.whole_lines("sample")) >= samples):
            time.sleep(0.01)
        running.send_signal(how)
        out, errors = running.communicate(timeout=60)
        return running.returncode, out, errors

    def whole_lines(self, kind):
        return [line for line in self.log.read_text().split("\n")[:-1] if f'"record":"{kind}"' in line]

    def validate(self, result):
        if jsonschema is None:
            return
        jsonschema.validate(result, json.loads((ROOT / "schema/tune.schema.json").read_text()))
        validator = jsonschema.Draft202012Validator(json.loads((ROOT / "schema/trial.schema.json").read_text()))
        for line in self.log.read_text().splitlines():
            validator.validate(json.loads(line))

    def test_an_interrupt_gives_the_answer_so_far_and_the_session_goes_on(self):
        code, out, errors = self.stopped_after(4, signal.SIGINT, "--set", "threads=1,2,4", "--budget", "4s")
        self.assertEqual(code, 130, errors)
        partial = json.loads(out)
        self.validate(partial)
        self.assertEqual(partial["stop_reason"], "interrupted")
        self.assertGreaterEqual(partial["measured"], 1)
        self.assertEqual(self.records("end")[-1]["reason"], "interrupted")
        before = self.whole_lines("sample")
        result = json.loads(self.tune("--set", "threads=1,2,4", "--budget", "4s", "--resume").stdout)
        self.validate(result)
        self.assertNotEqual(result["stop_reason"], "interrupted")
        self.assertEqual(self.whole_lines("sample")[:len(before)], before, "what was measured stays")
        self.assertEqual([step["config"] for step in result["trace"][:len(partial["trace"])]], [step["config"] for step in partial["trace"]])
        keys = [(r["trial"], r["block"], r["phase"], r["repetition"]) for r in self.records("sample")]
        self.assertEqual(len(keys), len(set(keys)), "nothing is measured twice")

    def test_a_kill_loses_at_most_the_repetition_in_flight(self):
        code, _, _ = self.stopped_after(3, signal.SIGKILL, "--set", "threads=1,2", "--budget", "3s")
        self.assertEqual(code, -signal.SIGKILL)
        before = self.whole_lines("sample")
        self.assertGreaterEqual(len(before), 3)
        self.validate(json.loads(self.tune("--set", "threads=1,2", "--budget", "3s", "--resume").stdout))
        self.assertEqual(self.whole_lines("sample")[:len(before)], before)
        self.assertEqual(len(self.records("resumed")), 1)

    def test_another_space_does_not_go_on_with_a_log(self):
        self.tune("--set", "threads=1,2", "--budget", "1s")
        self.assertIn("another space", self.tune("--set", "threads=1,4", "--budget", "1s", "--resume", expect=3).stderr)
        self.assertIn("another seed", self.tune("--set", "threads=1,2", "--budget", "1s", "--resume", "--seed", "9", expect=3).stderr)

    def test_rounds_of_tasks_retire_what_is_behind(self):
        """What a cluster does, here, one task after another."""
        server = f"python3 {ROOT}/tests/fake_server.py --port {{port}} --pause {{layers}}"
        command = [os.environ["CHIMERA"], "tune", "--serve-cmd", server, "-p", "5", "-n", "4", "--warmup", "0", "--set", "layers=0,1,60,90", "--objective", "e2e", "--budget", "20m", "--pack", "2",
                   "--json", "-o", str(self.log)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=240)
        self.assertEqual(done.returncode, 0, done.stderr)
        result = json.loads(done.stdout)
        self.validate(result)
        self.assertLessEqual({member["config"]["layers"] for member in result["tied"]}, {"0", "1"})
        self.assertEqual((result["measured"], result["exhausted"], result["stop_reason"]), (4, True, "settled"))
        sessions = self.records("session")
        self.assertEqual([p["trial"] for p in sessions[0]["plan"]], ["t1", "t2", "t3", "t4", "t1-again"])
        for later in sessions[1:]:
            self.assertLessEqual({p["trial"] for p in later["plan"]}, {"t1", "t2", "t1-again"}, "what is behind is not measured again")
        again = subprocess.run([*command, "--resume"], capture_output=True, text=True, check=False, timeout=60)
        self.assertEqual(again.stdout, done.stdout, "the same rounds, which are done")
        self.assertEqual(subprocess.run(command, capture_output=True, check=False, timeout=60).returncode, 2)

    def test_what_rounds_cannot_do_is_refused(self):
        for more, told in ((["--prior", "."], "--prior"), (["--strategy", "grid"], "--strategy grid"), (["--without", "racing"], "--without")):
            self.assertIn(told, self.tune("--set", "threads=1,2", "--budget", "1s", "--pack", "2", *more, expect=2).stderr)
        self.assertIn("replayed here", tune("--budget-seconds", 5, *COSTS, "--executor", "slurm").stderr)

    def test_several_objectives_give_a_front(self):
        result = json.loads(self.tune("--set", "threads=1,2", "--objective", "decode_tps,ttft", "--budget", "3s").stdout)
        self.validate(result)
        self.assertEqual(result["objective"], "decode_tps")
        self.assertTrue(any(member["by_estimate"] for member in result["front"]))
        for member in result["front"]:
            self.assertEqual(sorted(member["objectives"]), ["decode_tps", "ttft"])
            for reading in member["objectives"].values():
                self.assertTrue(reading["low"] <= reading["value"] <= reading["high"])
        self.log.unlink()
        self.assertIn("twice", self.tune("--set", "threads=1,2", "--objective", "ttft,ttft", "--budget", "1s", expect=2).stderr)

    def test_a_prior_is_read_from_logs_of_this_machine_alone(self):
        self.tune("--set", "threads=1,2", "--budget", "2s")
        folder = self.log.parent / "earlier"
        folder.mkdir()
        self.log.rename(folder / "own.jsonl")
        (folder / "notes.jsonl").write_text('{"no": "trial log"}\n')
        result = json.loads(self.tune("--set", "threads=1,2", "--budget", "2s", "--prior", str(folder)).stdout)
        self.validate(result)
        # On a busy machine chunks come together, and a repetition has no rate: that visit failed, and is counted so.
        self.assertEqual(result["passed_over"] + result["measured"] + result["failed"], 2)
        lines = (folder / "own.jsonl").read_text().splitlines()
        session = json.loads(lines[0])
        session["machine"]["cpu"] = "another processor"
        session["machine"]["fingerprint"] = "0123456789abcdef"
        (folder / "own.jsonl").write_text("\n".join([json.dumps(session, separators=(",", ":")), *lines[1:]]) + "\n")
        self.log.unlink()
        self.assertIn("another machine", self.tune("--set", "threads=1,2", "--budget", "2s", "--prior", str(folder), expect=3).stderr)
        self.assertFalse(self.log.exists(), "nothing was begun")
        self.assertIn("cannot", self.tune("--set", "threads=1,2", "--budget", "2s", "--prior", str(folder / "missing"), expect=3).stderr)

    def test_says_why_the_quality_of_another_kv_type_was_not_read(self):
        result = json.loads(self.tune("--set", "kv_type=f16,q8_0", "--budget", "1s").stdout)
        self.validate(result)
        if any(standing["config"]["kv_type"] == "q8_0" for standing in result["tied"]):
            self.assertEqual(result["quality"]["parameters"], ["kv_type"])
            self.assertIn("replay engine", result["quality"]["skipped"])
        self.assertEqual(self.records("quality"), [])


if __name__ == "__main__":
    unittest.main()
