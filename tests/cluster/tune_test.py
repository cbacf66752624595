"""chimera tune on a private cluster of two nodes: rounds of tasks, whatever becomes of who submitted them."""

import json
import pathlib
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from private_slurm import ROOT, SIGINT, TRANSCRIPT, OnACluster, records  # noqa: E402

try:
    import jsonschema
except ImportError:
    jsonschema = None


class Tune(OnACluster):
    def tune(self, *more):
        return ["tune", "--engine", "replay", "--transcript", TRANSCRIPT, "-p", "16", "-n", "8", "--warmup", "0", "--set", "threads=1,2,3,4,5,6", "--budget", "20m",
                "--executor", "slurm", "--nodes", "2", "-o", "log.jsonl", *more]

    def test_equal_configurations_are_tied_and_nothing_is_measured_twice(self):
        result = json.loads(self.chimera(*self.tune("--json")).stdout)
        if jsonschema is not None:
            jsonschema.validate(result, json.loads((ROOT / "schema/tune.schema.json").read_text()))
            validator = jsonschema.Draft202012Validator(json.loads((ROOT / "schema/trial.schema.json").read_text()))
            for record in records(self.home / "log.jsonl"):
                validator.validate(record)
        self.assertEqual((result["measured"], result["failed"], result["exhausted"]), (6, 0, True))
        self.assertGreater(len(result["tied"]), 1, "one transcript plays them all")
        first = self.results("log.round1.job")
        self.assertEqual([r["exit_code"] for r in first], [0, 0])
        self.assertEqual(len({r["node"] for r in first}), 2)
        session, found = 0, []
        for record in records(self.home / "log.jsonl"):
            session += record["record"] == "session"
            if record["record"] == "sample" and record["phase"] == "measured":
                found.append((session, record["trial"], record["block"], record["repetition"]))
        self.assertEqual(len(found), len(set(found)))

    def test_whoever_comes_back_goes_on_with_the_same_rounds(self):
        process = self.begin(*self.tune())
        self.wait_for("a task that runs", self.running)
        process.send_signal(SIGINT)
        _, err = process.communicate(timeout=20)
        self.assertEqual(process.returncode, 130)
        self.assertIn("chimera jobs attach", err)
        self.assertFalse((self.home / "log.jsonl").exists())
        for delay in (0.05, 0.5, 2):
            process = self.begin(*self.tune("--resume"))
            time.sleep(delay)
            process.kill()
            process.communicate()
        job = json.loads(self.chimera("jobs", "--json").stdout)["jobs"][0]
        self.assertEqual(job["kind"], "tune")
        attached = self.chimera("jobs", "attach", job["job"], cwd="/").stdout
        self.assertIn("6 of 6 configurations measured", attached)
        rounds = sorted(path.name for path in self.home.glob("log.round*.job"))
        self.assertEqual(self.chimera(*self.tune("--resume")).stdout, attached)
        self.assertEqual(sorted(path.name for path in self.home.glob("log.round*.job")), rounds)

    def test_a_profile_stands_for_its_options(self):
        (self.home / "config/chimera").mkdir(parents=True)
        (self.home / "config/chimera/config.toml").write_text('[profile.lab]\nexecutor = "slurm"\nnodes = 2\npartition = "nowhere"\n')
        environment = {**self.environment, "XDG_CONFIG_HOME": str(self.home / "config")}
        command = ["bench", "--engine", "replay", "--transcript", TRANSCRIPT, "-p", "16", "-n", "8", "--repeat", "1", "--no-telemetry", "-o", "bench.jsonl", "--profile", "lab"]
        self.assertIn("nowhere", self.chimera(*command, env=environment, expect=2).stderr)
        partition = self.slurm("sinfo", "-h", "-o", "%R").split()[0]
        self.chimera(*command, "--partition", partition, env=environment)
        session = records(self.home / "bench.jsonl")[0]
        self.assertNotIn("--profile", session["command"])
        self.assertIn("--nodes=2", session["command"], "what it stood for is in the record")

    def test_no_such_partition_is_said_before_anything_is_made(self):
        done = self.chimera(*self.tune("--partition", "nowhere"), expect=2)
        self.assertIn("nowhere", done.stderr)
        self.assertEqual(list(self.home.glob("log*")), [])


if __name__ == "__main__":
    unittest.main()
