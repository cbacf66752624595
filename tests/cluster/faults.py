"""What goes wrong on clusters, on a real one of three nodes: nothing is lost, nothing is there twice, the reason is named.

Minutes long: ./check --full runs it.
"""

import json
import os
import pathlib
import random
import signal
import subprocess
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from private_slurm import LOCAL, OnACluster, measured, records  # noqa: E402

LONG_AGO = 1700000000
ROWS = int(os.environ.get("CHIMERA_FAULT_ROWS", "170000"))  # of each of eight files: 26 MB, 206 MB together


class Faults(OnACluster):
    NODES = 3
    EXTRA = "JobAcctGatherParams=OverMemoryKill\nJobAcctGatherFrequency=task=1"

    def setUp(self):
        super().setUp()
        for node in ("n1", "n2", "n3"):
            self.slurm_local("start-node", node)  # where a test before took it away
        self.wait_for("every node", lambda: self.slurm_local("status").returncode == 0)

    def plan(self, log, *more):
        return self.bench("--set", "threads=1,2,3,4", "--repeat", "12", "-o", log, "--executor", "slurm", "--nodes", "3", "--pack", "1", *more)

    def check_whole(self, log):
        found = measured(self.home / log)
        self.assertEqual(len(found), len(set(found)), "nothing twice")
        self.assertEqual(len(found), (3 + 3 * 2) * 12 * 3, "nothing lost")
        self.assertEqual([r["reason"] for r in records(self.home / log) if r["record"] == "end"], ["blocks_done"])

    def busy_node(self):
        self.wait_for("tasks that measure", lambda: any(p.read_bytes().count(b"\n") > 20 for p in self.home.glob("*.job/tasks/*.jsonl")))
        return self.running()[0][1]

    def controller(self):
        return int((self.cluster / "run/slurmctld.pid").read_text())

    def start_controller(self):
        environment = {**os.environ, "SLURM_LOCAL_OWNER": f"{self.cluster}:slurmctld"}
        environment.pop("SLURM_CONF", None)
        command = [self.find("slurmctld"), "-f", str(self.cluster / "etc/slurm.conf")]
        if (self.cluster / "etc/private-hostname").exists():
            command = ["unshare", "--uts", "sh", "-c", 'hostname localhost && exec "$0" "$@"', *command]
        subprocess.run(command, env=environment, check=True, timeout=30, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    @staticmethod
    def find(program):
        return next(str(folder / program) for folder in (pathlib.Path("/usr/sbin"), pathlib.Path("/usr/bin"), pathlib.Path("/sbin")) if (folder / program).exists())

    def test_a_node_that_is_lost_while_it_measures(self):
        process = self.begin(*self.plan("log.jsonl"))
        lost = self.busy_node()
        self.assertEqual(self.slurm_local("kill-node", lost).returncode, 0)
        out, err = process.communicate(timeout=240)
        self.assertEqual(process.returncode, 0, err)
        self.check_whole("log.jsonl")
        attempts = {path.name for path in (self.home / "log.job/tasks").glob("*.jsonl")}
        self.assertGreater(len(attempts), 3, "a task was attempted again")

    def test_a_controller_that_is_killed_and_comes_back(self):
        process = self.begin(*self.plan("log.jsonl"))
        self.busy_node()
        os.kill(self.controller(), signal.SIGKILL)
        time.sleep(4)
        self.assertIsNone(process.poll(), "it is waited for")
        self.start_controller()
        out, err = process.communicate(timeout=240)
        self.assertEqual(process.returncode, 0, err)
        self.check_whole("log.jsonl")

    def test_a_controller_that_dies_right_after_the_submission(self):
        process = self.begin(*self.plan("log.jsonl"))
        self.wait_for("the submission", lambda: (self.home / "log.job/submissions.jsonl").exists(), 20)
        os.kill(self.controller(), signal.SIGKILL)
        time.sleep(1)
        self.start_controller()
        out, err = process.communicate(timeout=240)
        self.assertEqual(process.returncode, 0, err)
        self.check_whole("log.jsonl")

    def test_tasks_that_are_requeued(self):
        process = self.begin(*self.plan("log.jsonl"))
        self.busy_node()
        name = json.loads((self.home / "log.job/job.json").read_text())["name"]
        for row in self.slurm("squeue", "-h", "-r", "-t", "running", "-n", f"{name}.0", "-o", "%F_%K").split():
            self.slurm("scontrol", "requeue", row)
        out, err = process.communicate(timeout=240)
        self.assertEqual(process.returncode, 0, err)
        self.check_whole("log.jsonl")

    def test_a_submitter_that_is_killed_again_and_again(self):
        chance = random.Random(11)
        for _ in range(6):
            process = self.begin(*self.plan("log.jsonl", "--resume"))
            time.sleep(chance.uniform(0.01, 1.2))
            process.kill()
            process.communicate()
        self.chimera(*self.plan("log.jsonl", "--resume"))
        self.check_whole("log.jsonl")

    def test_a_task_that_runs_out_of_time(self):
        plan = self.bench("--set", "threads=1,2", "--repeat", "1500", "-o", "log.jsonl", "--executor", "slurm", "--time", "1")
        process = self.begin(*plan)
        out, err = process.communicate(timeout=240)
        self.assertEqual(process.returncode, 4, err)
        self.assertIn("time limit", err)
        logs = list((self.home / "log.job/tasks").glob("*.jsonl"))
        self.assertEqual(len(logs), 1)
        blocks = {block for _, block, _ in measured(logs[0])}
        self.assertGreater(len(blocks), 10)
        process = self.begin(*plan, "--resume")
        self.wait_for("another attempt", lambda: len(list((self.home / "log.job/tasks").glob("*.jsonl"))) == 2)
        taken = next(path for path in (self.home / "log.job/tasks").glob("*.jsonl") if path != logs[0])
        self.wait_for("what was taken over", lambda: len({block for _, block, _ in measured(taken)}) >= len(blocks) - 1, 30)
        self.chimera("jobs", "cancel", "log.jsonl")

    def test_a_task_that_needs_more_memory_than_it_may_have(self):
        (self.home / "results").mkdir()
        line = json.dumps({"model": "m", "values": [0.125] * 400}) + "\n"
        (self.home / "results/large.json").write_text("[" + ",".join([line] * 20000) + "]")
        process = self.begin("ingest", "results", "--store", "s.duckdb", "--executor", "slurm", "--sbatch=--mem=60")
        out, err = process.communicate(timeout=240)
        self.assertEqual(process.returncode, 4, out + err)
        self.assertIn("more memory", err)
        self.assertFalse((self.home / "s.duckdb").exists())

    @unittest.skipUnless(os.getuid() == 0, "a small disk of one node takes root")
    def test_a_full_disk_on_one_node(self):
        """n2 sees a disk of one megabyte where the others have room; its task fails with the reason, and is done elsewhere later."""
        self.write_results(3, 3000)
        scratch = self.home / "scratch"
        scratch.mkdir()
        for node in ("n1", "n3"):
            self.slurm("scontrol", "update", f"nodename={node}", "state=drain", "reason=test")
        self.slurm_local("kill-node", "n2")
        began = subprocess.run(["unshare", "--mount", "sh", "-c", 'mount -t tmpfs -o size=1m none "$0" && exec "$@"', str(scratch), str(LOCAL), "start-node", str(self.cluster), "n2"],
                               capture_output=True, text=True, check=False, timeout=60)
        self.assertEqual(began.returncode, 0, began.stderr)
        environment = {**self.environment, "TMPDIR": str(scratch)}
        self.wait_for("n2", lambda: "idle" in self.slurm("sinfo", "-h", "-n", "n2", "-o", "%T"))
        ingest = ["ingest", "results", "--store", "s.duckdb", "--executor", "slurm", "--shards", "2"]
        done = self.chimera(*ingest, expect=4, env=environment)
        self.assertRegex(done.stderr, "(?i)no space|full|could not be completed|out of disk")
        for node in ("n1", "n3"):
            self.slurm("scontrol", "update", f"nodename={node}", "state=resume")
        self.slurm("scontrol", "update", "nodename=n2", "state=drain", "reason=full")
        self.addCleanup(self.slurm, "scontrol", "update", "nodename=n2", "state=resume")
        self.chimera(*ingest, env=environment)
        self.assertEqual(self.everything("s.duckdb"), self.expected())
        self.slurm_local("kill-node", "n2")

    def write_results(self, count, rows):
        draw = random.Random(5)
        for number in range(count):
            path = self.home / f"results/run-{number}.jsonl"
            path.parent.mkdir(exist_ok=True)
            with path.open("w") as file:
                for row in range(rows):
                    file.write(f'{{"model":"m{number % 3}","request":{number * rows + row},"num_ctx":{2048 << row % 2},"ttft_s":{draw.uniform(0.1, 2):.6f},'
                               f'"tokens_per_second":{draw.uniform(5, 50):.6f},"note":"a row of a file that is read by one of several tasks"}}\n')
            os.utime(path, (LONG_AGO, LONG_AGO))

    def everything(self, store):
        sql = 'SELECT path, count(*) AS n, count(DISTINCT "begin") AS places, sum(round(value * 1e6)::BIGINT) AS total, min(line) AS first, max(line) AS last FROM numbers GROUP BY path ORDER BY path'
        return self.chimera("query", sql, "--store", store, "--format", "json").stdout

    def expected(self):
        self.chimera("ingest", "results", "--store", "here.duckdb")
        return self.everything("here.duckdb")

    def test_200_megabytes_in_8_shards_with_a_node_killed_midway(self):
        self.write_results(8, ROWS)
        process = self.begin("ingest", "results", "--store", "s.duckdb", "--executor", "slurm", "--nodes", "3", "--shards", "8", "--json")
        self.wait_for("tasks that run", lambda: len(self.running()) >= 2)
        time.sleep(0.5)
        lost = self.running()[0][1]
        self.assertEqual(self.slurm_local("kill-node", lost).returncode, 0)
        out, err = process.communicate(timeout=400)
        self.assertEqual(process.returncode, 0, err)
        self.assertEqual(json.loads(out)["new"], 8)
        rows = [json.loads(line) for line in self.chimera("query", "SELECT count(*) AS rows, count(DISTINCT value) AS requests FROM numbers WHERE key = 'request'", "--store", "s.duckdb",
                                                          "--format", "json").stdout.splitlines()]
        self.assertEqual(rows, [{"rows": 8 * ROWS, "requests": 8 * ROWS}])
        self.assertEqual(self.everything("s.duckdb"), self.expected())


if __name__ == "__main__":
    unittest.main()
