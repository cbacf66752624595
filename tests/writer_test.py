"""What chimera report does with an engine that writes, fails, stalls or talks nonsense: exit codes, files, schemas."""

import http.server
import json
import os
import pathlib
import re
import resource
import signal
import socket
import subprocess
import tempfile
import threading
import time
import unittest

try:
    import jsonschema
except ImportError:
    jsonschema = None

ROOT = pathlib.Path(__file__).resolve().parent.parent
CHIMERA = os.environ.get("CHIMERA", str(ROOT / "build/dev/bin/chimera"))
SWEEP = "model,num_gpu,num_ctx,rep,tokens_s,ttft_s\n" + "".join(
    f"m,{gpu},{ctx},{rep},{rate + rep * 0.31:.2f},{0.2 + rep * 0.011:.3f}\n"
    for rep in range(1, 5) for gpu, rate in ((10, 40), (20, 60), (40, 90)) for ctx in (512, 1024))


def sentence_for(prompt):
    """What an able model would write over the last facts of the prompt."""
    facts = prompt[prompt.rfind("Facts: "):]
    owned = re.search(r"(\{F[0-9]+\}): the [a-z ]+, with (\{F[0-9]+\})", facts)
    if owned:
        return f"With {owned[2]} the runs reached {owned[1]}."
    if "{F1}: the file" in facts and "{F2}: the " in facts:
        return "In {F1} the runs gave {F2}."
    return "This report has read {F1} and {F2}." if "{F2}" in facts else "This report has read {F1}."


class Ollama(http.server.BaseHTTPRequestHandler):
    """Answers as the server's `plan` says for each call."""

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append(asked)
        prompt = "\n".join(m["content"] for m in asked.get("messages", []))
        try:
            self.server.plan(self, len(self.server.asked), prompt)
        except OSError:
            pass

    def head(self, status=200):
        self.send_response(status)
        self.end_headers()

    def say(self, text, done=False):
        self.wfile.write(json.dumps({"message": {"content": text}, "done": done, **({"done_reason": "stop", "eval_count": 9} if done else {})}).encode() + b"\n")
        self.wfile.flush()

    def log_message(self, *_):
        pass


def good(handler, _, prompt):
    handler.head()
    handler.say(json.dumps({"sentence": sentence_for(prompt)}))
    handler.say("", done=True)


class Base(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = pathlib.Path(scratch.name) / "in"
        self.folder.mkdir()
        (self.folder / "sweep.csv").write_text(SWEEP, encoding="utf-8")
        self.out = pathlib.Path(scratch.name) / "out"

    def serve(self, plan):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Ollama)
        server.daemon_threads = True
        server.plan = plan
        server.asked = []
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        self.server = server
        return f"http://127.0.0.1:{server.server_port}"

    def text(self, name="report.md"):
        return (self.out / name).read_text(encoding="utf-8")


class Writer(Base):
    """chimera report --writer."""

    def report(self, *arguments, url=None, code=0, **more):
        environment = dict(os.environ, **({"OLLAMA_HOST": url} if url else {}))
        done = subprocess.run([CHIMERA, "report", self.folder, "-o", self.out, "--no-times", *map(str, arguments)], capture_output=True, timeout=120, env=environment, **more)
        self.assertEqual(done.returncode, code, done.stderr.decode())
        return done.stderr.decode()

    def by_ollama(self, plan, code=0, settings="attempts=1"):
        return self.report("--writer", "ollama:m", "--agent-a", settings, "--agent-b", settings, url=self.serve(plan), code=code)

    def calls(self):
        return [json.loads(line) for line in self.text("transcript.jsonl").splitlines()]

    def test_a_server_writes_and_the_run_keeps_its_schema(self):
        self.by_ollama(good)
        run = json.loads(self.text("run.json"))
        if jsonschema is not None:
            jsonschema.validate(run, json.loads((ROOT / "schema/run.schema.json").read_text(encoding="utf-8")))
            schema = json.loads((ROOT / "schema/transcript.schema.json").read_text(encoding="utf-8"))
            for call in self.calls():
                jsonschema.validate(call, schema)
        self.assertEqual(run["writer"], "agents")
        self.assertEqual(len(run["calls"]), len(self.server.asked))
        self.assertEqual(len(self.calls()), len(self.server.asked))
        self.assertIn("Written by Agent B with `m`", self.text())
        self.assertIn("sentence", json.dumps(self.server.asked[0].get("format")))

    def test_a_transcript_writes_the_same_report_again(self):
        self.by_ollama(good)
        first = self.text().replace("writer: ollama", "writer: replay").replace("`m`", "``")
        kept = pathlib.Path(self.out.parent / "kept.jsonl")
        kept.write_text(self.text("transcript.jsonl"), encoding="utf-8")
        self.report("--writer", f"replay:{kept}")
        again = self.text()
        paragraph = re.compile(r"^## Executive Summary\n\n(.*)$", re.MULTILINE)
        self.assertEqual(paragraph.search(first).group(1), paragraph.search(again).group(1))
        self.report("--writer", f"replay:{kept}")
        self.assertEqual(again, self.text())

    def test_the_record_says_what_was_reused_of_a_prompt(self):
        self.by_ollama(good)
        calls = self.calls()
        calls[1]["completion"].update(prompt_tokens=40, cached_tokens=32)
        kept = pathlib.Path(self.out.parent / "kept.jsonl")
        kept.write_text("".join(json.dumps(call) + "\n" for call in calls), encoding="utf-8")
        self.report("--writer", f"replay:{kept}")
        record = json.loads(self.text("run.json"))
        if jsonschema is not None:
            jsonschema.validate(record, json.loads((ROOT / "schema/run.schema.json").read_text(encoding="utf-8")))
        self.assertNotIn("cached_tokens", record["calls"][0])
        self.assertEqual((record["calls"][1]["prompt_tokens"], record["calls"][1]["cached_tokens"]), (40, 32))
        self.assertRegex(self.text(), r"\| \[40\]\[f[0-9]+\] \| \[32\]\[f[0-9]+\] \|")

    def test_personas_can_be_changed(self):
        personas = self.out.parent / "personas"
        personas.mkdir()
        (personas / "insight.md").write_text("# Agent B: critic\n\nYou are a grumpy critic.\n", encoding="utf-8")
        url = self.serve(good)
        self.report("--writer", "ollama:m", "--personas", personas, url=url)
        self.assertIn("You are a grumpy critic.", json.dumps(self.server.asked[-1]))
        self.assertIn("You are a grumpy critic.", self.text())
        (personas / "insight.md").write_text("no name\n", encoding="utf-8")
        self.assertIn("insight.md:1", self.report("--writer", "ollama:m", "--personas", personas, url=url, code=3))

    def test_what_makes_no_sense_is_usage(self):
        for arguments in (("--writer", "gpt"), ("--writer", "ollama:"), ("--writer", "none:x"), ("--writer", "ollama:m", "--agent-a", "hot"), ("--writer", "ollama:m", "--personas", "/nowhere")):
            self.report(*arguments, code=2)

    def test_without_a_server_the_report_is_the_programs(self):
        with socket.socket() as held:
            held.bind(("127.0.0.1", 0))
            error = self.report("--writer", "ollama:m", "--agent-a", "attempts=1", url=f"http://127.0.0.1:{held.getsockname()[1]}", code=4)
        self.assertIn("127.0.0.1", error)
        self.assertIn("The engine failed before all was written", self.text())
        self.assertEqual(self.calls()[0]["failure"]["kind"], "unreachable")

    def test_every_refusal_is_exit_4_and_keeps_what_was_written(self):
        for status, body in ((404, b'{"error":"model \\"m\\" not found"}'), (429, b"{}"), (500, b"{}"), (503, b"{}")):
            def plan(handler, call, prompt, status=status, body=body):
                if call <= 4:
                    return good(handler, call, prompt)
                handler.head(status)
                handler.wfile.write(body)
            error = self.by_ollama(plan, code=4)
            self.assertTrue(str(status) in error or "not found" in error, error)
            self.assertEqual(len(self.calls()), 5)
            run = json.loads(self.text("run.json"))
            self.assertEqual(len(run["calls"]), 5)
            self.assertTrue(run["writing"]["failure"])

    def test_a_stall_a_cut_and_half_a_character(self):
        def stall(handler, _, __):
            handler.head()
            time.sleep(20)

        def stall_between(handler, _, __):
            handler.head()
            handler.say("The ")
            time.sleep(20)

        def cut(handler, _, __):
            handler.head()
            handler.say("The runs")

        def half(handler, _, __):
            handler.head()
            handler.wfile.write(b'{"message":{"content":"The \xe2\x82"},"done":false}\n')
            handler.say("", done=True)

        settings = "attempts=1,first_token_timeout=0.5,token_timeout=0.5"
        for plan, kind in ((stall, "timed_out"), (stall_between, "timed_out"), (cut, "cut")):
            self.by_ollama(plan, code=4, settings=settings)
            self.assertEqual(self.calls()[-1]["failure"]["kind"], kind)
            self.text()
        self.by_ollama(half, settings=settings)
        self.assertNotIn("\ufffd", self.text().split("## How This Report")[0])

    def test_a_busy_server_is_asked_again(self):
        def plan(handler, call, prompt):
            if call == 1:
                return handler.head(503)
            return good(handler, call, prompt)
        self.by_ollama(plan, settings="attempts=2")
        self.assertIn("Written by Agent B", self.text())

    def test_a_model_that_repeats_forever_and_one_that_says_nothing(self):
        def forever(handler, _, __):
            handler.head()
            for _ in range(400):
                handler.say("runs runs runs ")
            handler.say("", done=True)

        def nothing(handler, _, __):
            handler.head()
            handler.say("", done=True)

        for plan in (forever, nothing):
            self.by_ollama(plan)
            self.assertNotIn("Written by Agent", self.text())
            self.assertIn("the text of the program stands here instead", self.text())

    def test_an_interrupt_keeps_what_was_written(self):
        def plan(handler, call, prompt):
            if call < 3:
                return good(handler, call, prompt)
            handler.head()
            handler.say("The ")
            time.sleep(20)
        process = subprocess.Popen([CHIMERA, "report", self.folder, "-o", self.out, "--writer", "ollama:m"], stderr=subprocess.PIPE,
                                   env=dict(os.environ, OLLAMA_HOST=self.serve(plan)))
        while len(self.server.asked) < 3:
            time.sleep(0.02)
        time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        _, error = process.communicate(timeout=30)
        self.assertEqual(process.returncode, 130, error)
        self.assertEqual(self.calls()[-1]["failure"]["kind"], "cancelled")
        self.assertIn("The engine failed before all was written", self.text())

    def test_a_full_disk_is_exit_4(self):
        if not os.path.exists("/dev/full"):
            self.skipTest("no /dev/full")
        self.out.mkdir()
        url = self.serve(good)

        def small_files():
            resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))
        done = subprocess.run([CHIMERA, "report", self.folder, "-o", self.out, "--writer", "ollama:m"], capture_output=True, timeout=60,
                              env=dict(os.environ, OLLAMA_HOST=url), preexec_fn=small_files)
        self.assertIn(done.returncode, (3, 4), done.stderr)
        for line in self.text("transcript.jsonl").splitlines():
            json.loads(line)  # whole lines or none

    def test_a_context_that_is_small_gets_a_smaller_prompt(self):
        self.by_ollama(good, settings="attempts=1,num_ctx=260")
        whole = len(json.dumps(self.server.asked[-1]["messages"]))
        run = json.loads(self.text("run.json"))
        self.assertTrue(any("num_ctx" in note for note in run["writing"]["notes"]), run["writing"]["notes"])
        self.by_ollama(good)
        self.assertLess(whole, len(json.dumps(self.server.asked[-1]["messages"])))


class Agents(Base):
    """chimera agents: what it measures, what it keeps."""

    def agents(self, *arguments, url=None, code=0):
        environment = dict(os.environ, **({"OLLAMA_HOST": url} if url else {}))
        done = subprocess.run([CHIMERA, "agents", self.folder, "-o", self.out, "--quiet", *map(str, arguments)], capture_output=True, timeout=120, env=environment)
        self.assertEqual(done.returncode, code, done.stderr.decode())
        return done.stderr.decode()

    @staticmethod
    def slow(seconds):
        def plan(handler, call, prompt):
            time.sleep(seconds)
            return good(handler, call, prompt)
        return plan

    def summary(self):
        return json.loads(self.text("summary.json"))

    def test_agents_that_do_not_disturb_each_other_are_twice_as_fast(self):
        url = self.serve(self.slow(0.05))
        self.agents("--scenario", "chimera_hetero", "--runs", 3, "--writer", "ollama:m", "--agent-a", "num_gpu=60", "--agent-b", "num_gpu=80", url=url)
        summary = self.summary()
        a, b = (summary[f"agent_{x}_alone_seconds"][f"mean_agent_{x}_alone_seconds"] for x in "ab")
        ideal = (a + b) / max(a, b)
        speedup = summary["speedup"]
        self.assertEqual(speedup["n"], 3)
        self.assertLess(abs(speedup["mean_speedup"] - ideal), 0.35)
        self.assertLessEqual(speedup["low_speedup"], speedup["mean_speedup"])
        self.assertGreaterEqual(speedup["high_speedup"], speedup["mean_speedup"])
        self.assertAlmostEqual(summary["efficiency_percent"]["mean_efficiency_percent"], 50 * speedup["mean_speedup"], places=3)
        for run in (1, 2, 3):
            for name in ("collector_report.md", "insight_report.md", "combined_report.md", "metrics.json"):
                self.assertTrue((self.out / f"run_{run}" / name).stat().st_size > 0)
            one = json.loads(self.text(f"run_{run}/metrics.json"))
            sequential = one["collector"]["alone"]["wall_seconds"] + one["insight"]["alone"]["wall_seconds"]
            self.assertAlmostEqual(one["speedup"], sequential / one["together_wall_seconds"], places=6)
        self.assertIn("| `Speedup` |", self.text("summary.md"))
        gpus = {(asked.get("options") or {}).get("num_gpu") for asked in self.server.asked}
        self.assertEqual(gpus, {60, 80})

    def test_agents_that_wait_for_each_other_gain_nothing(self):
        lock = threading.Lock()

        def plan(handler, call, prompt):
            with lock:
                time.sleep(0.05)
                good(handler, call, prompt)
        self.agents("--scenario", "chimera_homo", "--runs", 2, "--writer", "ollama:m", "--agent-a", "temp=0.5", url=self.serve(plan))
        self.assertLess(self.summary()["speedup"]["mean_speedup"], 1.35)
        self.assertGreater(self.summary()["contention_a_percent"]["mean_contention_a_percent"], 20)

    def test_two_servers(self):
        second = self.serve(good)
        server_b = self.server
        first = self.serve(good)
        self.agents("--scenario", "baseline_vs_chimera", "--runs", 1, "--writer", "ollama:m", "--agent-b", "num_ctx=1024", "--url-a", first, "--url-b", second)
        self.assertTrue(self.server.asked and server_b.asked)
        self.assertNotIn("num_ctx", json.dumps(self.server.asked[0].get("options", {})))
        self.assertEqual(server_b.asked[0]["options"]["num_ctx"], 1024)
        self.assertNotIn("low_speedup", self.summary()["speedup"])  # one run has no interval

    def test_an_engine_that_fails_keeps_the_runs_before(self):
        def plan(handler, call, prompt):
            if call < 40:
                return good(handler, call, prompt)
            handler.head(500)
        self.agents("--scenario", "chimera_homo", "--runs", 20, "--writer", "ollama:m", "--agent-a", "attempts=1", url=self.serve(plan), code=4)
        self.assertGreater(self.summary()["runs"], 0)
        self.assertTrue((self.out / "run_1" / "metrics.json").exists())

    def test_scenarios_that_make_no_sense_are_usage(self):
        for arguments in (("--scenario", "chimera_hetero", "--agent-a", "temp=1", "--agent-b", "temp=1"), ("--scenario", "baseline_vs_chimera"), ("--scenario", "chimera_homo"),
                          ("--scenario", "chimera_homo", "--agent-a", "temp=1", "--runs", 0), ("--scenario", "other")):
            self.agents("--writer", "ollama:m", *arguments, code=2)


if __name__ == "__main__":
    unittest.main()
