"""The openai engine, bench and tune against a real llama-server: bench/build_llama_tools .cache/llama-tools server."""

import contextlib
import json
import os
import pathlib
import signal
import socket
import subprocess
import tempfile
import time
import unittest
import urllib.error
import urllib.request
import uuid

try:
    import jsonschema
except ImportError:
    jsonschema = None

ROOT = pathlib.Path(__file__).resolve().parents[2]
CHIMERA = os.environ.get("CHIMERA", str(ROOT / "build/dev/bin/chimera"))
SERVER = pathlib.Path(os.environ.get("CHIMERA_LLAMA_SERVER", ROOT / ".cache/llama-tools/llama-server"))
MODEL = "smollm2:135m"
CONTEXT = 1024


def model_file():
    done = subprocess.run([CHIMERA, "model", "path", MODEL], capture_output=True, text=True, check=False)
    return pathlib.Path(done.stdout.strip() or "nowhere")


def missing():
    if not SERVER.is_file():
        return "no llama-server: bench/build_llama_tools .cache/llama-tools server builds it"
    if not model_file().is_file():
        return f"chimera model get {MODEL} brings the model"
    return ""


def validate(instance, name):
    if jsonschema is not None:
        jsonschema.Draft202012Validator(json.loads((ROOT / "schema" / name).read_text(encoding="utf-8"))).validate(instance)


def records(log):
    return [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]


def running(mark):
    """Processes that have the mark among their arguments, our own test aside."""
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            with contextlib.suppress(OSError):
                if mark.encode() in (entry / "cmdline").read_bytes():
                    found.append(int(entry.name))
    return found


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class LlamaServer:
    """A llama-server of the test's own; `more` are arguments beside model, port and one slot."""

    def __init__(self, *more, ready=True):
        self.url = f"http://127.0.0.1:{free_port()}"
        arguments = [SERVER, "-m", model_file(), "--host", "127.0.0.1", "--port", self.url.rsplit(":", 1)[1], "-c", CONTEXT, "-np", "1", *more]
        self.process = subprocess.Popen([str(a) for a in arguments], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        end = time.monotonic() + 60
        while ready and not self.answers("/health"):
            if self.process.poll() is not None or time.monotonic() > end:
                raise RuntimeError("llama-server did not get ready")
            time.sleep(0.05)

    def answers(self, path):
        try:
            with urllib.request.urlopen(self.url + path, timeout=5) as answer:
                return answer.read()
        except (urllib.error.URLError, OSError):
            return b""

    def close(self):
        self.process.kill()
        self.process.wait()


class Asking(unittest.TestCase):
    def setUp(self):
        self.scratch = tempfile.TemporaryDirectory()
        self.addCleanup(self.scratch.cleanup)
        self.record = pathlib.Path(self.scratch.name) / "calls.jsonl"

    def file(self, text):
        path = pathlib.Path(self.scratch.name) / "constraint"
        path.write_text(text, encoding="utf-8")
        return path

    def arguments(self, url, *more):
        return [str(a) for a in (CHIMERA, "complete", "--engine", "openai", "--url", url, "--record", self.record, *more)]

    def ask(self, url, *more, code=0, **environment):
        done = subprocess.run(self.arguments(url, "--json", "--quiet", *more), capture_output=True, text=True, timeout=300, check=False, env={**os.environ, **environment})
        self.assertEqual(done.returncode, code, done.stderr)
        answer = json.loads(done.stdout)
        validate(answer, "complete.schema.json")
        for call in records(self.record):
            validate(call, "transcript.schema.json")
        return answer

    def start(self, *more, **options):
        server = LlamaServer(*more, **options)
        self.addCleanup(server.close)
        return server


@unittest.skipIf(missing(), missing())
class Engine(Asking):
    @classmethod
    def setUpClass(cls):
        cls.server = LlamaServer()
        cls.addClassCleanup(cls.server.close)

    def test_text_streams_and_both_clocks_agree(self):
        answer = self.ask(self.server.url, "--set", "output_tokens=64", "--set", "ignore_eos=true", "--set", "cache_prompt=off", "Tell me a long story about a river.")
        self.assertEqual((answer["finish"], answer["counts"]["completion_tokens"], answer["attempts"]), ("length", 64, 1))
        self.assertGreater(answer["client"]["chunks"], 48, "one chunk a token, but for characters of several")
        client, server = answer["client"], answer["server"]
        self.assertLess(0, answer["difference"]["ttft_s"])
        self.assertLess(answer["difference"]["ttft_s"], 0.25, "tokenising, sampling the first token and the way here")
        self.assertAlmostEqual(client["ttft_s"] - server["prompt_eval_s"], answer["difference"]["ttft_s"], places=9)
        self.assertAlmostEqual(client["decode_s"], server["eval_s"], delta=0.1 * server["eval_s"])
        told = json.loads(records(self.record)[0]["completion"]["usage"])["timings"]
        self.assertAlmostEqual(server["decode_tokens_per_s"], told["predicted_per_second"], delta=1e-3 * told["predicted_per_second"])
        self.assertAlmostEqual(server["prefill_tokens_per_s"], told["prompt_per_second"], delta=1e-3 * told["prompt_per_second"])

    def test_a_recorded_call_is_played_back_with_its_times(self):
        answer = self.ask(self.server.url, "--set", "output_tokens=8", "--set", "seed=3", "--raw", "One two three")
        played = subprocess.run([CHIMERA, "complete", "--engine", "replay", "--transcript", str(self.record), "--json", "--quiet", "--set", "output_tokens=8", "--set", "seed=3", "--raw", "One two three"],
                                capture_output=True, text=True, check=True)
        again = json.loads(played.stdout)
        self.assertEqual(again["text"], answer["text"])
        self.assertEqual(again["server"], answer["server"])
        self.assertAlmostEqual(again["client"]["ttft_s"], answer["client"]["ttft_s"], delta=0.05)

    def test_what_came_from_the_cache_is_told(self):
        prompt = "The river runs from the hills to the sea, and on its way it passes three towns."
        first = self.ask(self.server.url, "--set", "output_tokens=4", "--set", "temperature=0", "--raw", "--set", "cache_prompt=off", prompt)
        second = self.ask(self.server.url, "--set", "output_tokens=4", "--set", "temperature=0", "--raw", prompt)
        self.assertEqual(first["counts"]["cached_tokens"], 0)
        self.assertEqual(second["counts"]["prompt_tokens"], first["counts"]["prompt_tokens"])
        self.assertGreater(second["counts"]["cached_tokens"], second["counts"]["prompt_tokens"] // 2)
        self.assertEqual(second["text"], first["text"])

    def test_a_json_schema_holds(self):
        schema = {"type": "object", "properties": {"answer": {"enum": ["yes", "no"]}, "count": {"type": "integer", "minimum": 0, "maximum": 99}}, "required": ["answer", "count"], "additionalProperties": False}
        for seed in range(3):
            answer = self.ask(self.server.url, "--json-schema", self.file(json.dumps(schema)), "--set", f"seed={seed}", "--set", "output_tokens=100", "Is a river wet? How many towns are there?")
            said = json.loads(answer["text"])
            self.assertIn(said["answer"], ("yes", "no"))
            self.assertIn(said["count"], range(100))

    def test_a_grammar_holds_and_a_broken_one_is_refused(self):
        answer = self.ask(self.server.url, "--grammar", self.file('root ::= "red" | "green"'), "--set", "temperature=1.5", "Which colour is the sky?")
        self.assertIn(answer["text"], ("red", "green"))
        broken = self.ask(self.server.url, "--grammar", self.file("root ::= ("), "Hello", code=4)
        self.assertEqual((broken["failure"]["kind"], broken["failure"]["status"], broken["attempts"]), ("refused", 400, 1))

    def test_a_wrong_path_is_refused_at_once(self):
        answer = self.ask(self.server.url + "/nowhere", "Hello", code=4)
        self.assertEqual((answer["failure"]["kind"], answer["failure"]["status"], answer["attempts"]), ("refused", 404, 1))

    def test_a_prompt_beyond_the_context_is_told_as_that(self):
        answer = self.ask(self.server.url, "river " * (2 * CONTEXT), code=4)
        self.assertEqual((answer["failure"]["kind"], answer["attempts"]), ("context_overflow", 1))
        self.assertIn(str(CONTEXT), answer["failure"]["message"])

    def test_an_interrupt_keeps_the_text_and_frees_the_server(self):
        process = subprocess.Popen(self.arguments(self.server.url, "--set", "output_tokens=900", "--set", "ignore_eos=true", "Tell me about rivers."), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        process.stdout.read(20)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)
        self.assertEqual(process.returncode, 130)
        call = records(self.record)[0]
        self.assertEqual(call["failure"]["kind"], "cancelled")
        self.assertGreaterEqual(len(call["completion"]["text"]), 20)
        end = time.monotonic() + 10
        while json.loads(self.server.answers("/slots"))[0]["is_processing"]:
            self.assertLess(time.monotonic(), end, "the server still writes for nobody")
            time.sleep(0.05)


@unittest.skipIf(missing(), missing())
class Faults(Asking):
    def test_a_server_that_is_killed_mid_stream_leaves_what_it_said(self):
        server = self.start()
        process = subprocess.Popen(self.arguments(server.url, "--set", "output_tokens=900", "--set", "ignore_eos=true", "Tell me about rivers."), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.assertEqual(len(process.stdout.read(20)), 20)
        server.close()
        _, said = process.communicate(timeout=30)
        self.assertEqual(process.returncode, 4, said)
        call = records(self.record)[0]
        validate(call, "transcript.schema.json")
        self.assertEqual(call["failure"]["kind"], "cut")
        self.assertGreaterEqual(len(call["completion"]["text"]), 20)
        self.assertEqual(call["completion"]["attempts"], 1, "what has begun is not begun again")

    def test_a_server_that_still_loads_is_waited_for(self):
        server = self.start(ready=False)
        answer = self.ask(server.url, "--attempts", "8", "--set", "output_tokens=4", "Hello")
        self.assertEqual(answer["counts"]["completion_tokens"], 4)

    def test_a_token_opens_what_is_closed_without(self):
        server = self.start("--api-key", "opens-it")
        answer = self.ask(server.url, "--set", "output_tokens=4", "Hello", code=4, OPENAI_API_KEY="")
        self.assertEqual((answer["failure"]["kind"], answer["failure"]["status"]), ("refused", 401))
        wrong = self.ask(server.url, "--set", "output_tokens=4", "Hello", code=4, OPENAI_API_KEY="does-not-open-it")
        self.assertEqual(wrong["failure"]["status"], 401)
        answer = self.ask(server.url, "--set", "output_tokens=4", "Hello", OPENAI_API_KEY="opens-it")
        self.assertEqual(answer["counts"]["completion_tokens"], 4)
        self.assertNotIn("open", self.record.read_text(encoding="utf-8").replace("openai", ""))


@unittest.skipIf(missing(), missing())
class Served(unittest.TestCase):
    """Servers that Chimera starts; an alias marks their processes."""

    def setUp(self):
        self.scratch = tempfile.TemporaryDirectory()
        self.addCleanup(self.scratch.cleanup)
        self.log = pathlib.Path(self.scratch.name) / "log.jsonl"
        self.mark = f"marked-{uuid.uuid4()}"

    def arguments(self, command, *more):
        serve = f"{SERVER} -m {{model}} --host 127.0.0.1 --port {{port}} --alias {self.mark} -ngl {{num_gpu}} -c {{num_ctx}} -b {{batch}} -np 1"
        return [CHIMERA, command, "--engine", "openai", "--serve-cmd", serve, "--model", MODEL, "--set", "num_gpu=0", "-o", str(self.log), *more]

    def servers(self):
        """Servers alone: chimera's own arguments hold the mark too."""
        return [pid for pid in running(self.mark) if (pathlib.Path(f"/proc/{pid}/exe").resolve().name == SERVER.resolve().name)]

    def nothing_is_left(self):
        end = time.monotonic() + 15
        while running(self.mark) and time.monotonic() < end:
            time.sleep(0.05)
        self.assertEqual(running(self.mark), [])

    def test_bench_starts_measures_and_ends_it(self):
        done = subprocess.run(self.arguments("bench", "--set", "num_ctx=512,1024", "--set", "batch=64", "-p", "32", "-n", "16", "--repeat", "1", "--repetitions", "2", "--warmup", "1", "--no-duplicate", "--json"),
                              capture_output=True, text=True, timeout=600, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.nothing_is_left()
        result = json.loads(done.stdout)
        validate(result, "bench.schema.json")
        log = records(self.log)
        for record in log:
            validate(record, "trial.schema.json")
        session = log[0]
        self.assertEqual(session["model"]["name"], MODEL)
        self.assertEqual((session["model"]["bytes"], session["model"]["quantization"]), (model_file().stat().st_size, "Q4_1"))
        samples = [r for r in log if r["record"] == "sample"]
        self.assertEqual({s["config"]["num_ctx"] for s in samples}, {512, 1024})
        for sample in samples:
            self.assertNotIn("failure", sample)
            self.assertEqual((sample["counts"]["prompt_tokens"], sample["counts"]["output_tokens"]), (32, 16))
            self.assertNotIn("/", sample["config"]["model"])
        cold = [s for s in samples if s["phase"] == "cold"]
        self.assertEqual(len(cold), 2, "each visit has a load of its own")
        self.assertTrue(all(s["metrics"]["ttft_cold_s"] > s["metrics"]["load_s"] > 0.05 for s in cold))
        measured = [s for s in samples if s["phase"] == "measured"]
        self.assertEqual(len(measured), 4)
        for sample in measured:
            self.assertGreater(sample["metrics"]["server_peak_rss_bytes"], model_file().stat().st_size / 2, "the server's, with the model in it")
            self.assertNotIn("peak_rss_bytes", sample["metrics"], "which would be ours")
            self.assertAlmostEqual(sample["metrics"]["decode_tok_per_s"], sample["metrics"]["decode_server_tok_per_s"], delta=0.2 * sample["metrics"]["decode_tok_per_s"])
        files = [pathlib.Path(name) for name in log[-1]["files"]]
        self.assertTrue(all("load" in file.read_text(encoding="utf-8", errors="replace") for file in files), "its own words are kept")
        self.assertLessEqual(len(files), 4, "one for each visit, one to ask for the model, one to learn how it counts a prompt")

    def test_tune_restarts_it_for_what_its_command_names(self):
        done = subprocess.run(self.arguments("tune", "--set", "num_ctx=512", "--set", "batch=32,128", "-p", "64", "-n", "8", "--objective", "ttft", "--constraint", "memory<4GiB", "--budget", "20s", "--no-quality", "--json"),
                              capture_output=True, text=True, timeout=600, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.nothing_is_left()
        result = json.loads(done.stdout)
        validate(result, "tune.schema.json")
        self.assertGreaterEqual(len(result["tied"]), 1)
        log = records(self.log)
        loads = {s["load"]: s["config"]["batch"] for s in log if s["record"] == "sample"}
        self.assertEqual(set(loads.values()), {32, 128})
        self.assertGreaterEqual(len(log[-1]["files"]), 2)

    def test_an_interrupt_and_a_kill_leave_no_server(self):
        for number in (signal.SIGINT, signal.SIGKILL):
            with self.subTest(signal=number):
                process = subprocess.Popen(self.arguments("tune", "--set", "num_ctx=512", "--set", "batch=32,64,128", "-p", "64", "-n", "8", "--budget", "300s", "--no-quality", "--resume"),
                                           stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
                end = time.monotonic() + 120
                while not (self.servers() and self.log.exists() and '"phase":"measured"' in self.log.read_text(encoding="utf-8")):
                    self.assertLess(time.monotonic(), end)
                    self.assertIsNone(process.poll())
                    time.sleep(0.05)
                process.send_signal(number)
                _, said = process.communicate(timeout=60)
                self.assertEqual(process.returncode, 130 if number == signal.SIGINT else -number, said)
                self.nothing_is_left()

    def test_one_that_cannot_start_is_told_in_its_own_words(self):
        arguments = self.arguments("bench", "--set", "num_ctx=512", "--set", "batch=64", "--repeat", "1")
        arguments[arguments.index("--serve-cmd") + 1] += " --no-such-flag"
        done = subprocess.run(arguments, capture_output=True, text=True, timeout=120, check=False)
        self.assertEqual(done.returncode, 4, done.stderr)
        self.assertIn("no-such-flag", done.stderr)
        self.assertIn("ended before it was ready (exit code 1)", done.stderr)
        self.nothing_is_left()


if __name__ == "__main__":
    unittest.main()
