"""What chimera complete and chimera model write: schemas, times that add up, an interrupt that keeps what came."""

import http.server
import json
import os
import pathlib
import signal
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
TRANSCRIPT = ROOT / "docs/transcripts/capital.jsonl"
QUESTION = "What is the capital of France?"


def schema(name):
    return json.loads((ROOT / "schema" / name).read_text(encoding="utf-8"))


def validate(instance, name):
    if jsonschema is not None:
        jsonschema.validate(instance, schema(name))


class Ollama(http.server.BaseHTTPRequestHandler):
    """Words, 20 ms apart, for as long as somebody listens; or as many as the question says."""

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        count = asked.get("options", {}).get("num_predict", 10_000)
        self.send_response(200)
        self.end_headers()
        try:
            for _ in range(count):
                time.sleep(0.02)
                self.say({"message": {"content": "word "}, "done": False})
            self.say({"done": True, "done_reason": "length", "total_duration": 20_000_000 * count, "eval_count": count, "eval_duration": 20_000_000 * count})
        except OSError:
            pass

    def say(self, thing):
        self.wfile.write(json.dumps(thing).encode() + b"\n")
        self.wfile.flush()

    def log_message(self, *_):
        pass


class Complete(unittest.TestCase):
    def setUp(self):
        self.scratch = tempfile.TemporaryDirectory()
        self.addCleanup(self.scratch.cleanup)
        self.record = pathlib.Path(self.scratch.name) / "calls.jsonl"

    def run_it(self, *arguments, code=0):
        done = subprocess.run([CHIMERA, "complete", *map(str, arguments)], capture_output=True, timeout=60)
        self.assertEqual(done.returncode, code, done.stderr.decode())
        return done.stdout.decode()

    def serve(self):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Ollama)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        return f"http://127.0.0.1:{server.server_port}"

    def test_the_recorded_transcript_keeps_its_schema(self):
        for line in TRANSCRIPT.read_text(encoding="utf-8").splitlines():
            validate(json.loads(line), "transcript.schema.json")

    def test_json_keeps_its_schema_and_its_times_add_up(self):
        answer = json.loads(self.run_it("--engine", "replay", "--transcript", TRANSCRIPT, "--json", "--quiet", "--record", self.record, QUESTION))
        validate(answer, "complete.schema.json")
        self.assertEqual(answer["text"], "The capital of France is Paris.")
        told = json.loads(TRANSCRIPT.read_text(encoding="utf-8"))
        first = next(event["at_ns"] for event in told["events"] if "text" in event) - told["events"][0]["at_ns"]
        # The replay's clock begins a little before the client's: by microseconds, or by what another process took of the processor.
        self.assertGreaterEqual(answer["client"]["ttft_s"], first / 1e9 - 0.05)
        self.assertLess(answer["client"]["ttft_s"], first / 1e9 + 0.5)
        self.assertAlmostEqual(answer["server"]["load_s"], told["completion"]["server_load_ns"] / 1e9, places=6)
        self.assertAlmostEqual(answer["difference"]["total_s"], answer["client"]["total_s"] - answer["server"]["total_s"], places=6)
        again = json.loads(self.record.read_text(encoding="utf-8"))
        validate(again, "transcript.schema.json")
        self.assertEqual([e.get("text") for e in again["events"]], [e.get("text") for e in told["events"]])

    def test_a_failure_keeps_its_schema_too(self):
        answer = json.loads(self.run_it("--engine", "replay", "--transcript", TRANSCRIPT, "--json", "--quiet", "--record", self.record, "What else?", code=4))
        validate(answer, "complete.schema.json")
        self.assertEqual(answer["failure"]["kind"], "not_recorded")
        validate(json.loads(self.record.read_text(encoding="utf-8")), "transcript.schema.json")

    def test_a_server_is_timed(self):
        answer = json.loads(self.run_it("--engine", "ollama", "--url", self.serve(), "--model", "m", "--set", "output_tokens=10", "--json", "--quiet", "hello"))
        validate(answer, "complete.schema.json")
        self.assertEqual(answer["text"], "word " * 10)
        self.assertGreaterEqual(answer["client"]["ttft_s"], 0.02)
        self.assertGreaterEqual(answer["client"]["decode_s"], 0.1)
        self.assertEqual(answer["counts"], {"completion_tokens": 10})
        self.assertNotIn("prompt_eval_s", answer["server"])

    def test_without_the_library_that_talks_to_servers_it_says_so_and_the_rest_works(self):
        broken = pathlib.Path(self.scratch.name) / "libcurl.so.4"
        broken.touch()
        surroundings = dict(os.environ, LD_LIBRARY_PATH=self.scratch.name)
        asked = subprocess.run([CHIMERA, "complete", "--engine", "ollama", "--url", self.serve(), "--model", "m", "hello"], env=surroundings, capture_output=True, text=True, timeout=60)
        self.assertEqual(asked.returncode, 4, asked.stderr)
        self.assertIn("the library that talks to servers cannot be used", asked.stderr)
        self.assertIn("libcurl.so.4", asked.stderr)
        self.assertEqual(subprocess.run([CHIMERA, "--version"], env=surroundings, timeout=60, check=False, stdout=subprocess.DEVNULL).returncode, 0)

    def test_an_interrupt_keeps_what_came(self):
        process = subprocess.Popen([CHIMERA, "complete", "--engine", "ollama", "--url", self.serve(), "--model", "m", "--record", self.record, "hello"],
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.assertEqual(process.stdout.read(10), b"word word ")
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
        self.assertEqual(process.returncode, 130, err)
        call = json.loads(self.record.read_text(encoding="utf-8"))
        validate(call, "transcript.schema.json")
        self.assertEqual(call["failure"]["kind"], "cancelled")
        self.assertEqual(call["completion"]["text"].encode() + b"\n", b"word word " + out)

    def test_a_model_that_repeats_forever_ends_where_it_must(self):
        out = self.run_it("--engine", "ollama", "--url", self.serve(), "--model", "m", "--set", "output_tokens=5", "--quiet", "hello")
        self.assertEqual(out, "word " * 5 + "\n")


class Model(unittest.TestCase):
    def test_the_list_keeps_its_schema(self):
        done = subprocess.run([CHIMERA, "model", "list", "--json"], capture_output=True, check=True)
        validate(json.loads(done.stdout), "model_list.schema.json")


if __name__ == "__main__":
    unittest.main()
