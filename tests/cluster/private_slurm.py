"""A Slurm cluster of this machine's own for tests, begun by tools/slurm_local, and what they ask of it."""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
CHIMERA = os.environ.get("CHIMERA", str(ROOT / "build/dev/bin/chimera"))
TRANSCRIPT = ROOT / "docs/transcripts/bench.jsonl"
LOCAL = ROOT / "tools/slurm_local"
PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch")


def missing():
    path = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
    absent = [name for name in PROGRAMS if not shutil.which(name, path=path)]
    return f"no {', '.join(absent)} here: apt-get install slurmctld slurmd slurm-client munge" if absent else ""


def records(log):
    return [json.loads(line) for line in pathlib.Path(log).read_text(encoding="utf-8").splitlines()]


def measured(log):
    return [(r["trial"], r["block"], r["repetition"]) for r in records(log) if r["record"] == "sample" and r["phase"] == "measured"]


@unittest.skipIf(missing(), missing())
class OnACluster(unittest.TestCase):
    """One cluster for each class; each test has a folder, which every node sees."""

    NODES = 2
    EXTRA = ""

    @classmethod
    def setUpClass(cls):
        cls.cluster = pathlib.Path(tempfile.mkdtemp(prefix="slurm"))
        cls.addClassCleanup(shutil.rmtree, cls.cluster, True)
        environment = {**os.environ, "SLURM_LOCAL_NODES": str(cls.NODES), "SLURM_LOCAL_EXTRA": cls.EXTRA}
        done = subprocess.run([LOCAL, "start", cls.cluster], env=environment, capture_output=True, text=True, check=False, timeout=120)
        if done.returncode:
            raise unittest.SkipTest(f"no private cluster: {done.stderr.strip().splitlines()[-1:]}")
        cls.addClassCleanup(cls.slurm_local, "stop")

    @classmethod
    def slurm_local(cls, command, *arguments):
        return subprocess.run([LOCAL, command, cls.cluster, *arguments], capture_output=True, text=True, check=False, timeout=120)

    def setUp(self):
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="jobs"))
        self.addCleanup(shutil.rmtree, self.home, True)
        self.environment = {**os.environ, "SLURM_CONF": str(self.cluster / "etc/slurm.conf"), "XDG_STATE_HOME": str(self.home / "state"), "TMPDIR": str(self.home)}
        self.addCleanup(self.end_jobs)

    def end_jobs(self):
        self.slurm("scancel", "--user", str(os.getuid()))

    def slurm(self, *arguments):
        return subprocess.run(arguments, env=self.environment, capture_output=True, text=True, check=False, timeout=60).stdout

    def chimera(self, *arguments, expect=0, **options):
        done = subprocess.run([CHIMERA, *map(str, arguments)], capture_output=True, text=True, check=False,
                              **{"timeout": 180, "env": self.environment, "cwd": self.home, **options})
        self.assertEqual(done.returncode, expect, done.stdout[-2000:] + done.stderr[-4000:])
        return done

    def begin(self, *arguments):
        """The same in the background; ended with the test."""
        process = subprocess.Popen([CHIMERA, *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=self.home, env=self.environment)

        def end():
            process.kill()
            process.communicate()

        self.addCleanup(end)
        return process

    def bench(self, *more):
        return ["bench", "--engine", "replay", "--transcript", TRANSCRIPT, "-p", "16", "-n", "8", "--no-telemetry", *more]

    def wait_for(self, what, condition, seconds=60):
        end = time.monotonic() + seconds
        while not condition():
            self.assertLess(time.monotonic(), end, f"gave up waiting for {what}")
            time.sleep(0.1)

    def running(self, name=""):
        """[(array task, node)] of what runs."""
        rows = self.slurm("squeue", "-h", "-r", "-t", "running", "-o", "%F_%K %N %j").split("\n")
        return [tuple(row.split()[:2]) for row in rows if row and name in row]

    def results(self, folder):
        return [json.loads(path.read_text()) for path in sorted((self.home / folder / "tasks").glob("*.result.json"))]


SIGINT = signal.SIGINT
