"""chimera bench over a transcript: what it writes follows its schemas, survives kills, interrupts and a full disk."""

import json
import os
import pathlib
import random
import resource
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
TRANSCRIPT = ROOT / "docs/transcripts/bench.jsonl"
FAKE = pathlib.Path(CHIMERA).resolve().parent / "fake"
EMBEDDED = ["--model", "smollm2:135m", "-p", "4", "-n", "2", "--set", "threads=1", "--repeat", "1", "--repetitions", "1", "--warmup", "1", "--no-duplicate", "--no-telemetry"]
KILLS = int(os.environ.get("CHIMERA_KILLS", "12"))


def schema(name):
    return json.loads((ROOT / "schema" / name).read_text(encoding="utf-8"))


def records(log):
    return [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]


def measured(log):
    return [(r["trial"], r["block"], r["repetition"]) for r in records(log) if r["record"] == "sample" and r["phase"] == "measured"]


class Bench(unittest.TestCase):
    def setUp(self):
        self.scratch = tempfile.TemporaryDirectory()
        self.addCleanup(self.scratch.cleanup)
        self.log = pathlib.Path(self.scratch.name) / "runs" / "log.jsonl"

    def arguments(self, *more):
        return [CHIMERA, "bench", "--engine", "replay", "--transcript", str(TRANSCRIPT), "-p", "16", "-n", "8", "-o", str(self.log), *more]

    def run_bench(self, *more, expect=0, **options):
        done = subprocess.run(self.arguments(*more), capture_output=True, text=True, check=False, **options)
        self.assertEqual(done.returncode, expect, done.stderr)
        return done

    def validate_log(self):
        if jsonschema is None:
            return
        validator = jsonschema.Draft202012Validator(schema("trial.schema.json"))
        for record in records(self.log):
            validator.validate(record)

    def test_result_and_log_follow_their_schemas(self):
        done = self.run_bench("--set", "threads=1,2", "--repeat", "6", "--json")
        result = json.loads(done.stdout)
        if jsonschema is not None:
            jsonschema.validate(result, schema("bench.schema.json"))
        self.validate_log()
        self.assertTrue(result["complete"])
        self.assertEqual([c["trial"] for c in result["configurations"]], ["t1", "t2", "t1-again"])
        wait = result["configurations"][0]["metrics"]["ttft_s"]
        self.assertLessEqual(wait["low"], wait["value"])
        self.assertLessEqual(wait["value"], wait["high"])
        self.assertEqual((wait["n"], wait["samples"], wait["unit"], wait["definition"]), (6, 18, "s", "ttft:first_chunk"))
        self.assertGreaterEqual(wait["low"], 0.002)  # as the transcript has it; a busy machine is slower
        self.assertEqual(len(measured(self.log)), 3 * 6 * 3)

    def test_a_summary_can_be_computed_again_from_the_samples(self):
        result = json.loads(self.run_bench("--repeat", "5", "--json").stdout)
        by_block = {}
        for record in records(self.log):
            if record["record"] == "sample" and record["phase"] == "measured" and record["trial"] == "t1" and record["validity"] != "invalid":
                by_block.setdefault(record["block"], []).append(record["metrics"]["ttft_s"])
        medians = sorted(sorted(values)[1] for values in by_block.values())
        self.assertAlmostEqual(result["configurations"][0]["metrics"]["ttft_s"]["value"], medians[2], places=9)

    def test_every_call_is_recorded_and_can_be_played_back(self):
        record = self.log.with_name("calls.jsonl")
        self.run_bench("--repeat", "1", "--no-duplicate", "--record", str(record))
        calls = records(record)
        if jsonschema is not None:
            for call in calls:
                jsonschema.validate(call, schema("transcript.schema.json"))
        samples = [r for r in records(self.log) if r["record"] == "sample"]
        self.assertEqual([c["completion"]["completion_tokens"] for c in calls], [s["counts"]["output_tokens"] for s in samples])
        for call, sample in zip(calls, samples):
            first = next(event["at_ns"] for event in call["events"] if event.get("text"))
            sent = next(event["at_ns"] for event in call["events"] if event.get("event") == "sent")
            self.assertAlmostEqual((first - sent) / 1e9, sample["times_ns"]["first_text"] / 1e9, delta=0.01)
        again = [*self.arguments("--repeat", "1", "--no-duplicate")]
        again[again.index(str(TRANSCRIPT))] = str(record)
        again[again.index(str(self.log))] = str(self.log.with_name("again.jsonl"))
        subprocess.run(again, capture_output=True, text=True, check=True)
        self.assertEqual(len(measured(self.log.with_name("again.jsonl"))), 3)

    def test_a_log_is_not_overwritten_and_a_complete_one_is_not_measured_again(self):
        self.run_bench("--repeat", "1")
        before = self.log.read_bytes()
        self.run_bench("--repeat", "1", expect=2)
        again = self.run_bench("--repeat", "1", "--resume")
        self.assertIn("nothing is left", again.stderr)
        self.assertEqual(self.log.read_bytes(), before)

    def test_other_configurations_do_not_go_on_with_a_log(self):
        self.run_bench("--repeat", "1")
        done = self.run_bench("--repeat", "1", "--resume", "--set", "threads=1,2", expect=3)
        self.assertIn("it was begun with", done.stderr)

    def test_an_engine_without_logits_says_once_that_there_is_no_perplexity(self):
        done = self.run_bench("--set", "threads=1,2", "--repeat", "1", "--quality")
        self.assertEqual(done.stdout.count("no perplexity"), 1, done.stdout)
        self.validate_log()
        self.assertEqual([r for r in records(self.log) if r["record"] == "quality"], [])
        missing = subprocess.run(self.arguments("--quality-text", "nowhere.txt"), capture_output=True, text=True, check=False)
        self.assertEqual(missing.returncode, 3, missing.stderr)
        self.assertIn("nowhere.txt", missing.stderr)

    def test_kill_9_loses_at_most_the_repetition_in_flight(self):
        chance = random.Random(7)
        blocks = 20 + 2 * KILLS  # more than are measured between so many kills
        arguments = self.arguments("--set", "threads=1,2", "--repeat", str(blocks), "--resume", "--quiet")
        kills = 0
        while kills < KILLS:
            process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(chance.uniform(0.02, 0.35))
            if process.poll() is not None:
                break
            process.kill()
            process.wait()
            kills += 1
        self.assertEqual(kills, KILLS)
        self.run_bench("--set", "threads=1,2", "--repeat", str(blocks), "--resume")
        found = measured(self.log)
        self.assertEqual(len(found), len(set(found)), "nothing twice")
        self.assertEqual(set(found), {(t, b, r) for t in ("t1", "t2", "t1-again") for b in range(1, blocks + 1) for r in range(1, 4)})
        self.assertEqual([r["reason"] for r in records(self.log) if r["record"] == "end"], ["blocks_done"])
        self.validate_log()

    def test_interrupts_leave_a_log_that_can_be_resumed(self):
        for count in (1, 2):
            self.log = self.log.with_name(f"{count}.jsonl")
            process = subprocess.Popen(self.arguments("--repeat", "60"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            while not self.log.exists() or self.log.read_bytes().count(b"\n") < 4:
                time.sleep(0.02)
            for _ in range(count):
                process.send_signal(signal.SIGINT)
                time.sleep(0.02)
            self.assertEqual(process.wait(timeout=20), 130)
            self.assertEqual(records(self.log)[-1]["reason"], "interrupted")
            self.run_bench("--repeat", "60", "--resume", "--no-telemetry")
            self.assertEqual(len(measured(self.log)), 2 * 60 * 3)

    def test_two_sessions_do_not_share_a_log(self):
        process = subprocess.Popen(self.arguments("--repeat", "60"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while not self.log.exists() or self.log.read_bytes().count(b"\n") < 2:
            time.sleep(0.02)
        done = self.run_bench("--resume", "--repeat", "60", expect=3)
        self.assertIn("another session is measuring", done.stderr)
        process.send_signal(signal.SIGINT)
        process.wait(timeout=20)

    # A limit of the file's size stands in for a full disk.
    def test_a_full_disk_keeps_what_was_measured(self):
        def limit():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, resource.RLIM_INFINITY))

        done = self.run_bench("--repeat", "30", expect=4, preexec_fn=limit)
        self.assertIn("cannot be written", done.stderr)
        self.validate_log()
        self.run_bench("--repeat", "30", "--resume", "--no-telemetry")
        self.assertEqual(len(measured(self.log)), 2 * 30 * 3)

    def test_a_server_of_the_user_is_started_for_every_visit_and_its_death_is_told(self):
        server = f"python3 {ROOT}/tests/fake_server.py --port {{port}} -ngl {{layers}}"
        arguments = [CHIMERA, "bench", "-p", "5", "-n", "4", "--set", "layers=0,20", "--repeat", "1", "--repetitions", "1", "--warmup", "1", "--no-telemetry", "--json"]
        done = subprocess.run([*arguments, "-o", str(self.log), "--serve-cmd", server], capture_output=True, text=True, check=True)
        cold = [c["metrics"] for c in json.loads(done.stdout)["configurations"]]
        self.assertTrue(all(c["ttft_cold_s"]["value"] > c["load_s"]["value"] > 0 for c in cold))
        self.assertGreaterEqual(len(records(self.log)[-1]["files"]), 4, "one for each visit, and the first to ask for the model")
        self.validate_log()
        other = self.log.with_name("dies.jsonl")
        done = subprocess.run([*arguments, "-o", str(other), "--serve-cmd", server + " --die-after 3"], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 4)
        self.assertIn("out of memory", other.read_text(encoding="utf-8"))

    @unittest.skipUnless(FAKE.exists(), "the program was built without tests")
    def test_a_gpu_that_disappears_is_named_and_the_rest_is_measured(self):
        # Lost at the second tick; at the recorded pace the session lasts through dozens of them.
        environment = {**os.environ, "LD_LIBRARY_PATH": str(FAKE), "FAKE_NVML_LOST": "1"}
        done = self.run_bench("--repeat", "30", env=environment)
        self.validate_log()
        log = records(self.log)
        events = [event["what"] for r in log if r["record"] == "telemetry" for event in r["telemetry"].get("events", [])]
        self.assertEqual(events, ["went away: GPU is lost"])
        self.assertEqual(log[-1]["reason"], "blocks_done")
        self.assertIn("blocks done", done.stdout)

    def test_kernels_of_another_process_are_refused(self):
        done = self.run_bench("--kernels", expect=2)
        self.assertIn("--kernels sees this process alone, and the engine replay works in another", done.stderr)
        self.assertFalse(self.log.exists())

    def embedded(self, *more, **environment):
        done = subprocess.run([CHIMERA, "bench", *EMBEDDED, "-o", str(self.log), "--kernels", *more], capture_output=True, text=True, check=False, env={**os.environ, **environment})
        if done.returncode in (3, 4) and not self.log.exists():
            self.skipTest("the embedded engine or its model is not here: " + done.stderr)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.validate_log()
        return done

    @unittest.skipUnless(FAKE.exists(), "the program was built without tests")
    def test_kernels_are_traced_in_a_repetition_of_their_own(self):
        done = self.embedded("--json", CHIMERA_CUPTI=str(FAKE), LD_LIBRARY_PATH=str(FAKE), FAKE_CUPTI_DROPPED="3")
        result = json.loads(done.stdout)
        if jsonschema is not None:
            jsonschema.validate(result, schema("bench.schema.json"))
        kernels = result["configurations"][0]["kernels"]
        self.assertEqual((kernels["tracer"], kernels["trace"]["launches"], kernels["trace"]["lost_launches"]), ("CUPTI 13.0", 30, 3))
        self.assertEqual([(k["name"], k["grid"], k["occupancy_limit"]) for k in kernels["trace"]["kernels"][:2]], [("mul_mat_vec<int>", "2048x1x1", "warps"), ("sm90_gemm", "16x1x1", "registers")])
        self.assertIsNotNone(kernels["cost_percent"])
        self.assertEqual(len(measured(self.log)), 1)
        facts = subprocess.run([CHIMERA, "facts", str(self.log), "--json"], capture_output=True, text=True, check=True).stdout
        traced = {f["definition"]: f["value"] for f in map(json.loads, facts.splitlines()) if f["place"].get("pointer", "").startswith("/trace/")}
        self.assertEqual((traced["kernel_launches"], traced["gpu_kernel_time:busy"]), (30, 0.00015))
        shown = self.embedded("--resume", LD_LIBRARY_PATH=str(FAKE)).stdout
        self.assertIn("Kernels of t1: one repetition more, under CUPTI 13.0, took", shown)
        self.assertIn("3 launches were lost", shown)
        self.assertRegex(shown, r"(?m)^mul_mat_vec<int> +10 +0\.1000 +62\.5 % +10\.00 +2048x1x1 +128x1x1 +40 +0 +100\.0 % \(warps\)$")

    def test_where_there_is_no_cupti_the_reason_is_said_once(self):
        done = self.embedded("--json", CHIMERA_CUPTI="/nowhere/libcupti.so")
        remarks = [r for r in json.loads(done.stdout)["remarks"] if "kernels were not traced: no CUPTI on this machine" in r]
        self.assertEqual(len(remarks), 1)
        self.assertNotIn("kernels", json.loads(done.stdout)["configurations"][0])
        self.assertNotIn("kernels", [r["record"] for r in records(self.log)])

    def test_the_log_is_an_artifact_like_any_other(self):
        self.run_bench("--set", "threads=1,2", "--repeat", "6")
        out = pathlib.Path(self.scratch.name) / "out"
        subprocess.run([CHIMERA, "report", str(self.log), "-o", str(out), "--writer", "none", "--quiet"], check=True)
        report = (out / "report.md").read_text(encoding="utf-8")
        self.assertIn("threads", report)
        facts = subprocess.run([CHIMERA, "facts", str(self.log), "--json"], capture_output=True, text=True, check=True).stdout
        waits = [f for f in map(json.loads, facts.splitlines()) if f["definition"] == "ttft:first_chunk" and not f["failed"]]
        self.assertGreaterEqual(len(waits), 54)
        compared = subprocess.run([CHIMERA, "compare", str(self.log), str(self.log), "--quiet"], capture_output=True, text=True, check=False)
        self.assertIn(compared.returncode, (0, 5), compared.stderr)


if __name__ == "__main__":
    unittest.main()
