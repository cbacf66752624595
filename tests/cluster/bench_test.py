"""chimera bench on a private cluster of two nodes: the same log as here, whatever becomes of who submitted it."""

import json
import os
import pathlib
import subprocess
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from private_slurm import CHIMERA, ROOT, SIGINT, OnACluster, measured, records  # noqa: E402

try:
    import jsonschema
except ImportError:
    jsonschema = None


def without_times(log):
    """What two logs of one plan have in common: everything but times, what was measured, and where."""
    kept = []
    for record in records(log):
        if record["record"] == "part" or (record["record"] == "sample" and record["phase"] != "measured"):
            continue
        for key in ("id", "command", "started_ns", "ended_ns", "times_ns", "gaps_ns", "metrics", "remarks", "validity", "load"):
            record.pop(key, None)
        kept.append(record)
    return kept


class Bench(OnACluster):
    def test_the_log_differs_in_times_and_places_alone(self):
        plan = self.bench("--set", "threads=1,2,4", "--repeat", "4")
        self.chimera(*plan, "-o", "here.jsonl")
        done = self.chimera(*plan, "-o", "there.jsonl", "--executor", "slurm", "--nodes", "2", "--json")
        self.assertEqual(without_times(self.home / "here.jsonl"), without_times(self.home / "there.jsonl"))
        parts = [r for r in records(self.home / "there.jsonl") if r["record"] == "part"]
        self.assertEqual([(p["first_block"], p["last_block"]) for p in parts], [(1, 4)])
        self.assertRegex(parts[0]["node"], r"^n[12]$")
        self.assertRegex(parts[0]["job"], r"^\d+_0$")
        result = json.loads(done.stdout)
        self.assertTrue(result["complete"])
        if jsonschema is not None:
            jsonschema.validate(result, json.loads((ROOT / "schema/bench.schema.json").read_text()))
            validator = jsonschema.Draft202012Validator(json.loads((ROOT / "schema/trial.schema.json").read_text()))
            for record in records(self.home / "there.jsonl"):
                validator.validate(record)

    def test_parts_are_the_same_wherever_they_run(self):
        plan = self.bench("--set", "threads=1,2,3,4,5,6", "--repeat", "2", "--pack", "2")
        self.chimera(*plan, "-o", "here.jsonl")
        self.chimera(*plan, "-o", "there.jsonl", "--executor", "slurm", "--nodes", "2")
        self.assertEqual(without_times(self.home / "here.jsonl"), without_times(self.home / "there.jsonl"))
        found = measured(self.home / "there.jsonl")
        self.assertEqual(len(found), len(set(found)), "nothing twice")
        self.assertEqual(len(found), (5 + 3 * 2) * 2 * 3)  # five configurations once, the first twice in each of three parts
        self.assertEqual(len([r for r in records(self.home / "there.jsonl") if r["record"] == "session"]), 1)
        self.assertEqual(len({r["node"] for r in self.results("there.job")}), 2, "both nodes had something to do")

    def test_ctrl_c_leaves_the_tasks_alone_and_attach_comes_back(self):
        plan = self.bench("--set", "threads=1,2", "--repeat", "12", "-o", "log.jsonl", "--executor", "slurm", "--nodes", "2", "--pack", "1")
        process = self.begin(*plan)
        self.wait_for("a task that runs", lambda: self.running())
        process.send_signal(SIGINT)
        _, err = process.communicate(timeout=20)
        self.assertEqual(process.returncode, 130)
        self.assertIn("chimera jobs attach", err)
        self.assertFalse((self.home / "log.jsonl").exists())
        listed = json.loads(self.chimera("jobs", "--json").stdout)["jobs"]
        if jsonschema is not None:
            schema = json.loads((ROOT / "schema/jobs.schema.json").read_text())
            jsonschema.validate({"jobs": listed}, schema)
            jsonschema.validate(json.loads(self.chimera("jobs", "show", listed[0]["job"], "--json").stdout), schema)
        self.assertEqual([job["state"] in ("running", "waiting") for job in listed], [True])
        self.chimera("jobs", "attach", listed[0]["job"], cwd="/")
        self.assertEqual(len(measured(self.home / "log.jsonl")), 3 * 12 * 3)
        self.assertEqual([r["exit_code"] for r in self.results("log.job")], [0])
        self.assertEqual(json.loads(self.chimera("jobs", "list", "--json").stdout)["jobs"][0]["state"], "done")

    def test_a_submitter_that_is_killed_is_begun_again(self):
        plan = self.bench("--set", "threads=1,2,3,4", "--repeat", "6", "-o", "log.jsonl", "--executor", "slurm", "--nodes", "2", "--pack", "1")
        for delay in (0.02, 0.05, 0.3, 1.5):
            process = self.begin(*plan, "--resume")
            time.sleep(delay)
            process.kill()
            process.communicate()
        self.chimera(*plan, "--resume")
        found = measured(self.home / "log.jsonl")
        self.assertEqual(len(found), len(set(found)), "nothing twice")
        self.assertEqual(len(found), (3 + 3 * 2) * 6 * 3)
        arrays = {row.split("_")[0] for row in self.slurm("squeue", "-h", "-r", "-t", "all", "-o", "%F_%K %j").split("\n") if "chimera" in row and (self.name() in row)}
        self.assertEqual(len(arrays), 1, "submitted once")

    def name(self):
        return json.loads((self.home / "log.job/job.json").read_text())["name"]

    def test_cancelled_tasks_say_so_and_can_be_handed_in_again(self):
        plan = self.bench("--set", "threads=1,2", "--repeat", "16", "-o", "log.jsonl", "--executor", "slurm")
        process = self.begin(*plan)
        self.wait_for("a task that runs", lambda: self.running())
        self.wait_for("its first blocks", lambda: any(p.read_bytes().count(b"\n") > 40 for p in (self.home / "log.job/tasks").glob("*.jsonl")))
        self.chimera("jobs", "cancel", "log.jsonl")
        _, err = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 4, err)
        self.assertIn("cancelled", err)
        shown = self.chimera("jobs", "show", "log.jsonl").stdout
        self.assertIn("failed", shown)
        self.chimera(*plan, "--resume")
        found = measured(self.home / "log.jsonl")
        self.assertEqual(set(found), {(t, b, r) for t in ("t1", "t2", "t1-again") for b in range(1, 17) for r in range(1, 4)})
        self.assertEqual(len(found), len(set(found)), "nothing twice")
        self.assertTrue([r for r in records(self.home / "log.jsonl") if r["record"] == "resumed"], "whole blocks were taken over")

    def test_what_slurm_refuses_is_told_before_anything_is_made(self):
        plan = self.bench("--repeat", "1", "-o", "log.jsonl", "--executor", "slurm")
        for options, words in ((["--partition", "nope"], "nope"), (["--gres", "gpu:1"], "generic resource"), (["--time", "soon"], "time"), (["--sbatch=--array=1-3"], "chimera itself"),
                               (["--sbatch=--no-such-option"], "no-such-option")):
            done = self.chimera(*plan, *options, expect=2)
            self.assertIn(words, done.stderr)
        done = self.chimera(*plan, expect=3, env={**self.environment, "PATH": "/nowhere"})
        self.assertIn("Slurm is not here", done.stderr)
        (self.home / "slurm.conf").write_text("")
        done = self.chimera(*plan, expect=3, env={**self.environment, "SLURM_CONF": str(self.home / "slurm.conf")})
        self.assertIn("not configured", done.stderr)
        self.assertFalse((self.home / "log.job").exists())
        self.assertEqual(self.running(), [])

    def test_a_thousand_configurations_are_submitted_in_a_second(self):
        values = ",".join(str(i) for i in range(1, 1001))
        began = time.monotonic()
        process = self.begin(*self.bench("--set", f"threads={values}", "--repeat", "1", "-o", "log.jsonl", "--executor", "slurm"))
        self.wait_for("the submission", lambda: (self.home / "log.job/submissions.jsonl").exists(), 20)
        seconds = time.monotonic() - began
        process.send_signal(SIGINT)
        process.communicate(timeout=30)
        tasks = json.loads((self.home / "log.job/job.json").read_text())["tasks"]
        self.assertLess(len(tasks), 50)
        self.assertEqual(len({label for task in tasks for label in task}), 1001)
        self.assertLess(seconds, 5, "one second where nothing else runs")

    def test_the_doctor_looks_at_slurm_and_every_node(self):
        done = self.chimera("doctor", "--slurm", "--json")
        result = json.loads(done.stdout)
        if jsonschema is not None:
            jsonschema.validate(result, json.loads((ROOT / "schema/doctor.schema.json").read_text()))
        found = {check["subject"]: check for check in result["checks"]}
        self.assertIn("2 of 2 nodes", found["probes"]["found"])
        self.assertEqual(found["machines"]["health"], "good")
        self.assertEqual(os.listdir(self.home), [], "nothing is left behind")
        self.assertIn("nope", self.chimera("doctor", "--slurm", "--partition", "nope", expect=1).stdout)
        self.assertIn("Slurm is not here", self.chimera("doctor", "--slurm", expect=1, env={**self.environment, "PATH": "/nowhere"}).stdout)

    def test_another_version_on_the_node_measures_nothing(self):
        plan = self.bench("--repeat", "1", "-o", "log.jsonl", "--executor", "slurm")
        process = self.begin(*plan, "--sbatch=--hold")
        self.wait_for("the submission", lambda: (self.home / "log.job/submissions.jsonl").exists(), 20)
        process.send_signal(SIGINT)
        process.communicate(timeout=30)
        job = self.home / "log.job/job.json"
        job.write_text(job.read_text().replace('"program": "chimera ', '"program": "chimera 99.'))
        self.slurm("scontrol", "release", f"jobname={self.name()}.0")
        done = self.chimera("jobs", "attach", "log.jsonl", expect=4)
        self.assertIn("the job was begun by chimera 99.", done.stderr)


if __name__ == "__main__":
    unittest.main()
