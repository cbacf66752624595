"""What chimera run does with a program: passes everything through, and keeps what it saw whatever happens."""

import json
import os
import pathlib
import pty
import signal
import subprocess
import sys
import tempfile
import time
import unittest

try:
    import jsonschema
except ImportError:
    jsonschema = None

ROOT = pathlib.Path(__file__).resolve().parent.parent
CHIMERA = os.environ.get("CHIMERA", str(ROOT / "build/dev/bin/chimera"))
FAKE_NVML = pathlib.Path(CHIMERA).resolve().parent / "fake"


def schema(name):
    return json.loads((ROOT / "schema" / name).read_text(encoding="utf-8"))


class Run(unittest.TestCase):
    def setUp(self):
        self.scratch = tempfile.TemporaryDirectory()
        self.folder = pathlib.Path(self.scratch.name)

    def tearDown(self):
        self.scratch.cleanup()

    def run_chimera(self, *arguments, code=0, env=None, stdin=None):
        done = subprocess.run([CHIMERA, *map(str, arguments)], capture_output=True, cwd=self.folder, input=stdin,
                              env={**os.environ, **(env or {})}, timeout=60)
        self.assertEqual(done.returncode, code, done.stderr.decode(errors="replace"))
        return done

    def start_chimera(self, *arguments):
        return subprocess.Popen([CHIMERA, *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=self.folder)

    def records(self, log="log.jsonl"):
        records = [json.loads(line) for line in (self.folder / log).read_text(encoding="utf-8").splitlines()]
        if jsonschema is not None:
            for record in records:
                jsonschema.validate(record, schema("trial.schema.json"))
        return {record["record"]: record for record in records}

    def python(self, source):
        return ["run", "-o", "log.jsonl", "--", sys.executable, "-c", source]

    def test_passes_output_and_exit_code_through(self):
        done = self.run_chimera("--quiet", *self.python("import sys; print('to out'); print('to err', file=sys.stderr); sys.exit(9)"), code=9)
        self.assertEqual(done.stdout, b"to out\n")
        self.assertEqual(done.stderr, b"to err\n")
        records = self.records()
        self.assertEqual(records["sample"]["exit_code"], 9)
        self.assertEqual(records["sample"]["validity"], "invalid")
        self.assertEqual(records["end"]["files"], ["log.stdout.txt", "log.stderr.txt"])
        self.assertEqual((self.folder / "log.stdout.txt").read_bytes(), b"to out\n")

    def test_gives_the_program_its_standard_input(self):
        done = self.run_chimera(*self.python("import sys; print(sys.stdin.read().upper(), end='')"), stdin=b"abc")
        self.assertEqual(done.stdout, b"ABC")

    def test_measures_time_processor_and_memory(self):
        self.run_chimera(*self.python("import time\nx = b'1' * 100_000_000\nt = time.process_time()\nwhile time.process_time() - t < 0.3: pass\ntime.sleep(0.2)"))
        metrics = self.records()["sample"]["metrics"]
        self.assertGreater(metrics["wall_s"], 0.5)
        self.assertGreater(metrics["cpu_user_s"] + metrics["cpu_system_s"], 0.3)
        self.assertGreater(metrics["peak_rss_bytes"], 100_000_000)
        self.assertLess(metrics["peak_rss_bytes"], 300_000_000)

    def test_counts_the_memory_of_all_processes_together(self):
        source = "import subprocess, sys\nchildren = [subprocess.Popen([sys.executable, '-c', 'import time; x = b\"1\" * 60_000_000; time.sleep(1)']) for _ in range(3)]\nfor c in children: c.wait()"
        self.run_chimera(*self.python(source))
        self.assertGreater(self.records()["sample"]["metrics"]["peak_rss_bytes"], 180_000_000)

    def test_numbers_of_the_output_become_facts(self):
        done = self.run_chimera("run", "--json", "-o", "log.jsonl", "--name", "sort", "--", sys.executable, "-c", "print('size,latency_ms\\n10,1.5\\n20,3.25')")
        result = json.loads(done.stdout)
        if jsonschema is not None:
            jsonschema.validate(result, schema("command_run.schema.json"))
        self.assertEqual(result["output"]["facts"], 2)  # of the latency; the size is a setting
        self.assertEqual(result["exit_code"], 0)
        facts = [json.loads(line) for line in self.run_chimera("facts", ".", "--json").stdout.splitlines()]
        latencies = [fact["value"] for fact in facts if fact["path"] == "log.stdout.txt" and fact["metric"] == "latency"]
        self.assertEqual(latencies, [1.5, 3.25])
        sizes = [fact["config"]["size"] for fact in facts if fact["path"] == "log.stdout.txt" and fact["metric"] == "latency"]
        self.assertEqual(sizes, ["10", "20"])
        walls = [fact for fact in facts if fact["path"] == "log.jsonl" and fact["metric"] == "latency" and fact["unit"] == "s"]
        self.assertEqual(len(walls), 1)
        self.assertEqual(walls[0]["config"]["name"], "sort")

    def test_a_second_run_is_added_to_the_log(self):
        for _ in range(2):
            self.run_chimera(*self.python("print(1)"))
        lines = (self.folder / "log.jsonl").read_text().splitlines()
        self.assertEqual([json.loads(line)["record"] for line in lines], ["session", "sample", "telemetry", "stop", "end"] * 2)
        self.assertTrue((self.folder / "log.2.stdout.txt").exists())

    def test_a_program_that_is_not_there_leaves_nothing_behind(self):
        done = self.run_chimera("run", "--", "no-such-program", code=127)
        self.assertIn(b"command not found: no-such-program", done.stderr)
        (self.folder / "data.txt").write_text("not a program")
        done = self.run_chimera("run", "--", "./data.txt", code=126)
        self.assertIn(b"no file that may be executed", done.stderr)
        self.assertEqual([path.name for path in self.folder.iterdir()], ["data.txt"])

    def test_a_script_whose_interpreter_is_missing_is_recorded_as_failed(self):
        script = self.folder / "script"
        script.write_text("#!/no/such/interpreter\n")
        script.chmod(0o755)
        done = self.run_chimera("run", "-o", "log.jsonl", "--", "./script", code=126)
        self.assertIn(b"the interpreter in its first line does not exist", done.stderr)
        self.assertEqual(self.records()["end"]["reason"], "failed")

    def test_a_signal_that_ends_it_is_told(self):
        self.run_chimera(*self.python("import os, signal; os.kill(os.getpid(), signal.SIGKILL)"), code=128 + 9)
        records = self.records()
        self.assertEqual(records["sample"]["failure"]["message"], "ended by SIGKILL")
        self.assertNotIn("exit_code", records["sample"])

    def test_signals_are_passed_on_and_the_record_is_written(self):
        source = "import signal, sys, time\ndef leave(number, _):\n    print('got', number, flush=True); sys.exit(3)\nfor s in (signal.SIGINT, signal.SIGTERM): signal.signal(s, leave)\nprint('ready', flush=True)\ntime.sleep(30)"
        for number in (signal.SIGINT, signal.SIGTERM):
            process = self.start_chimera(*self.python(source))
            self.assertEqual(process.stdout.readline(), b"ready\n")
            process.send_signal(number)
            out, _ = process.communicate(timeout=20)
            self.assertEqual(out, b"got %d\n" % number)
            self.assertEqual(process.returncode, 3)
            records = self.records()
            self.assertEqual(records["end"]["reason"], "interrupted")
            self.assertIn("SIG%s came and was passed on" % ("INT" if number == signal.SIGINT else "TERM"), records["sample"]["remarks"])

    def test_ctrl_c_in_a_terminal_comes_once_and_the_terminal_is_the_programs(self):
        source = ("import signal, sys, time\nseen = []\nsignal.signal(signal.SIGINT, lambda *_: seen.append(1))\n"
                  "print('you said', input(), flush=True)\ntime.sleep(1)\ntime.sleep(0.5)\nprint('interrupts', len(seen), flush=True)")
        try:
            pid, terminal = pty.fork()
        except OSError as error:
            self.skipTest(f"no terminal can be opened here: {error}")
        if pid == 0:
            os.chdir(self.folder)
            os.execv(CHIMERA, [CHIMERA, *self.python(source)])
        os.write(terminal, b"hello\n")
        shown = b""
        while b"you said hello" not in shown:
            shown += os.read(terminal, 4096)
        os.write(terminal, b"\x03")
        try:
            while chunk := os.read(terminal, 4096):
                shown += chunk
        except OSError:
            pass  # Linux tells the end of a terminal so
        _, status = os.waitpid(pid, 0)
        self.assertEqual(os.waitstatus_to_exitcode(status), 0, shown)
        self.assertIn(b"interrupts 1", shown)
        self.assertEqual(self.records()["end"]["reason"], "interrupted")

    def test_a_kill_leaves_a_log_that_can_be_read_and_no_program(self):
        process = self.start_chimera(*self.python("import os, time; print(os.getpid(), flush=True); time.sleep(60)"))
        pid = int(process.stdout.readline())
        process.kill()
        process.communicate(timeout=20)
        for _ in range(100):
            if not pathlib.Path(f"/proc/{pid}").exists() or " Z " in pathlib.Path(f"/proc/{pid}/stat").read_text():
                break
            time.sleep(0.05)
        else:
            self.fail("the program goes on")
        self.assertEqual(list(self.records()), ["session"])
        self.run_chimera(*self.python("print(1)"))

    def test_processes_left_behind_are_named_and_not_waited_for(self):
        begin = time.monotonic()
        done = self.run_chimera(*self.python("import subprocess; print(subprocess.Popen(['sleep', '30']).pid, flush=True)"))
        self.assertLess(time.monotonic() - begin, 10)
        pid = int(done.stdout)
        self.assertIn(f"left running: process {pid} (sleep)", self.records()["sample"]["remarks"])
        os.kill(pid, signal.SIGKILL)

    def test_much_and_binary_output_comes_through_whole(self):
        done = self.run_chimera(*self.python("import sys\nfor i in range(512): sys.stdout.buffer.write(bytes(range(256)) * 256)"))
        self.assertEqual(len(done.stdout), 512 * 65536)
        self.assertEqual(done.stdout[:512], bytes(range(256)) * 2)
        self.assertEqual((self.folder / "log.stdout.txt").stat().st_size, 512 * 65536)

    def test_a_reader_that_goes_away_ends_the_program_as_without_us(self):
        process = subprocess.Popen(f"{CHIMERA} run -q -o log.jsonl -- yes | head -n 1", shell=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=self.folder)
        out, _ = process.communicate(timeout=20)
        self.assertEqual(out, b"y\n")
        for _ in range(100):
            if "end" in self.records():
                break
            time.sleep(0.05)
        self.assertEqual(self.records()["sample"]["failure"]["message"], "ended by SIGPIPE")

    def test_a_full_disk_loses_the_copy_of_the_output_and_not_the_output(self):
        command = f"ulimit -f 64; {CHIMERA} run -o log.jsonl -- {sys.executable} -c 'print(\"x\" * 200_000)'"
        done = subprocess.run(["bash", "-c", command], capture_output=True, cwd=self.folder, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(len(done.stdout), 200_001)
        self.assertTrue(any("could not be kept beyond 65536 bytes" in remark for remark in self.records()["sample"]["remarks"]))

    def test_a_record_that_cannot_be_written_is_shown_instead(self):
        command = f"ulimit -f 2; {CHIMERA} run -o log.jsonl -- {sys.executable} -c 'import time; time.sleep(1)'"
        done = subprocess.run(["bash", "-c", command], capture_output=True, cwd=self.folder, timeout=60)
        self.assertEqual(done.returncode, 4, done.stderr)
        self.assertIn(b'"record":"end"', done.stderr)
        self.assertIn(b"cannot be written", done.stderr)
        self.records()

    def test_two_runs_on_one_log_do_not_mix(self):
        process = self.start_chimera(*self.python("print('ready', flush=True); import time; time.sleep(20)"))
        process.stdout.readline()
        done = self.run_chimera(*self.python("print(1)"), code=3)
        self.assertIn(b"another session is measuring into log.jsonl", done.stderr)
        process.terminate()
        process.communicate(timeout=20)

    def test_without_ncu_it_says_so(self):
        done = self.run_chimera("run", "--ncu", "--", sys.executable, "-c", "print(1)", code=3, env={"PATH": "/no/such/folder"})
        self.assertIn(b"Nsight Compute (ncu) is not installed here", done.stderr)

    def test_ncu_wraps_the_program_and_its_counters_are_kept(self):
        fake = self.folder / "bin" / "ncu"
        fake.parent.mkdir()
        counters = (ROOT / "tests/facts/nsight_compute_counters/input.csv").read_text()
        fake.write_text(f"#!/bin/sh\nwhile [ \"$1\" != --log-file ]; do shift; done\ncat > \"$2\" <<'END'\n{counters}END\nshift 2\nexec \"$@\"\n")
        fake.chmod(0o755)
        done = self.run_chimera("run", "--ncu", "-o", "log.jsonl", "--", sys.executable, "-c", "print('ran')", env={"PATH": f"{fake.parent}:{os.environ['PATH']}"})
        self.assertEqual(done.stdout, b"ran\n")
        self.assertIn("log.ncu.csv", self.records()["end"]["files"])
        facts = [json.loads(line) for line in self.run_chimera("facts", "log.ncu.csv", "--json").stdout.splitlines()]
        by_definition = {fact["definition"]: fact["value"] for fact in facts if fact["config"].get("kernel", "").startswith("gemm")}
        self.assertEqual(by_definition["occupancy:achieved"], 39.12)
        self.assertEqual(by_definition["occupancy:theoretical"], 41.67)
        self.assertEqual(by_definition["bank_conflicts:load"], 2048)
        self.assertEqual(by_definition["warp_threads"], 31.5)

    @unittest.skipUnless(FAKE_NVML.exists(), "the program was built without tests")
    def test_gpus_are_taken_down_and_one_that_disappears_is_told(self):
        environment = {"LD_LIBRARY_PATH": str(FAKE_NVML), "FAKE_NVML_LOST": "3", "FAKE_NVML_THROTTLE": "2"}
        self.run_chimera(*self.python("import time; time.sleep(1)"), env=environment)
        records = self.records()
        self.assertEqual([gpu["name"] for gpu in records["session"]["machine"]["gpus"]], ["Fake GPU 24GB"] * 2)
        self.assertEqual(records["session"]["machine"]["driver"], "550.54.15")
        self.assertEqual(records["sample"]["metrics"]["gpu_percent"], 75)
        self.assertAlmostEqual(records["sample"]["metrics"]["gpu_memory_bytes"], 8 << 30, delta=100)
        remarks = " ".join(records["sample"]["remarks"])
        self.assertIn("gpu1: went away: GPU is lost", remarks)
        self.assertIn("gpu0: throttled: power cap", remarks)
        self.assertIn("energy of gpu0", remarks)

    @unittest.skipUnless(FAKE_NVML.exists(), "the program was built without tests")
    def test_threads_of_the_driver_take_no_signals_of_ours(self):
        for thread in ("1", "2"):
            environment = {"LD_LIBRARY_PATH": str(FAKE_NVML), "FAKE_NVML_THREAD": thread}
            for _ in range(5):  # the end of a program is not missed
                self.run_chimera(*self.python("print('done')"), env=environment)
        log = self.folder / "signalled.jsonl"
        command = [CHIMERA, "run", "-o", log, "--", sys.executable, "-c", "import time; print('ready', flush=True); time.sleep(30)"]
        for _ in range(3):
            log.unlink(missing_ok=True)
            with subprocess.Popen(command, cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={**os.environ, "LD_LIBRARY_PATH": str(FAKE_NVML), "FAKE_NVML_THREAD": "1"}) as process:
                process.stdout.readline()
                process.send_signal(signal.SIGINT)
                process.wait(timeout=20)
            kinds = [json.loads(line)["record"] for line in log.read_text(encoding="utf-8").splitlines()]
            self.assertIn("sample", kinds)  # what was seen of it is kept


if __name__ == "__main__":
    unittest.main()
