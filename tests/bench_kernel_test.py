"""chimera bench kernel through ggml: what it writes follows the schemas of bench, and a report reads it."""

import json
import os
import pathlib
import subprocess
import tempfile
import unittest

try:
    import jsonschema
except ImportError:
    jsonschema = None

ROOT = pathlib.Path(__file__).resolve().parent.parent
CHIMERA = os.environ.get("CHIMERA", str(ROOT / "build/dev/bin/chimera"))
FAKE = pathlib.Path(CHIMERA).resolve().parent / "fake"
SMALL = {
    "conv": ["--set", "size=8", "--set", "channels=4", "--set", "filters=4"],
    "mlp": ["--set", "n=64", "--set", "tokens=4"],
    "transformer": ["--set", "n=64", "--set", "n_head=2", "--set", "tokens=4"],
    "copy": ["--set", "mib=1"],
}


def schema(name):
    return json.loads((ROOT / "schema" / name).read_text(encoding="utf-8"))


def libraries():
    named = os.environ.get("CHIMERA_LLAMA")
    folder = pathlib.Path(named) if named else pathlib.Path(CHIMERA).resolve().parent.parent / "lib/chimera/llama"
    return sorted(path.name for path in folder.glob("libggml-*.so")) if folder.is_dir() else []


@unittest.skipUnless(libraries(), "llama.cpp's libraries are not there")
class BenchKernel(unittest.TestCase):
    def setUp(self):
        self.scratch = tempfile.TemporaryDirectory()
        self.addCleanup(self.scratch.cleanup)
        self.folder = pathlib.Path(self.scratch.name)
        self.log = self.folder / "runs" / "log.jsonl"

    def bench(self, kernel, *more, expect=0, env=None):
        arguments = [CHIMERA, "bench", "kernel", kernel, "--run-ms", "1", "--copy-mib", "1", "-o", str(self.log), *more]
        done = subprocess.run(arguments, capture_output=True, text=True, check=False, timeout=300, env=env)
        self.assertEqual(done.returncode, expect, done.stderr)
        return done

    def records(self):
        return [json.loads(line) for line in self.log.read_text(encoding="utf-8").splitlines()]

    def validate(self, result):
        if jsonschema is None:
            return
        jsonschema.validate(result, schema("bench.schema.json"))
        validator = jsonschema.Draft202012Validator(schema("trial.schema.json"))
        for record in self.records():
            validator.validate(record)

    @unittest.skipUnless(FAKE.exists(), "the program was built without tests")
    def test_kernels_are_traced_like_a_model(self):
        environment = {**os.environ, "CHIMERA_CUPTI": str(FAKE)}
        result = json.loads(self.bench("mlp", *SMALL["mlp"], "--backend", "cpu", "--repeat", "1", "--kernels", "--json", env=environment).stdout)
        self.validate(result)
        traced = {c["trial"]: c["kernels"]["trace"]["launches"] for c in result["configurations"] if "kernels" in c}
        self.assertEqual(traced, {"t1": 30, "copy": 30})

    def test_every_kernel_gives_a_result_and_a_log_that_follow_their_schemas(self):
        for kernel, sizes in SMALL.items():
            with self.subTest(kernel=kernel):
                self.log = self.folder / kernel / "log.jsonl"
                result = json.loads(self.bench(kernel, "--backend", "cpu", "--set", "threads=1", *sizes, "--repeat", "6", "--json").stdout)
                self.validate(result)
                first = result["configurations"][0]
                self.assertEqual((first["config"]["kernel"], first["config"]["backend"], first["config"]["threads"]), (kernel, "cpu", 1))
                self.assertEqual(first["stop_reason"], "blocks_done")
                metrics = first["metrics"]
                moved = metrics["copy_gbyte_per_s" if kernel == "copy" else "gbyte_per_s"]
                self.assertEqual((moved["n"], moved["samples"]), (6, 18))
                self.assertLessEqual(metrics["evaluation_s"]["low"], metrics["evaluation_s"]["high"])
                self.assertEqual("gflop_per_s" in metrics, kernel != "copy")
                self.assertEqual("copy_share_percent" in metrics, kernel != "copy")
                self.assertEqual([check["metric"] for check in result["aa"]], ["copy_gbyte_per_s" if kernel == "copy" else "gflop_per_s"])

    def test_rates_follow_from_time_and_work(self):
        self.bench("mlp", "--backend", "cpu", "--set", "n=64", "--set", "tokens=4", "--set", "type=q8_0,f32", "--repeat", "1")
        flop = 3 * 2 * 4 * 64 * 256
        moved = {"q8_0": 3 * 64 * 256 * 34 / 32, "f32": 3 * 64 * 256 * 4}
        seen = set()
        for record in self.records():
            if record["record"] != "sample" or record["config"]["kernel"] != "mlp" or record["phase"] == "cold":
                continue
            seconds = record["metrics"]["evaluation_s"]
            seen.add(record["config"]["type"])
            self.assertAlmostEqual(record["metrics"]["gflop_per_s"] * seconds, flop / 1e9, places=9)
            self.assertAlmostEqual(record["metrics"]["gbyte_per_s"] * seconds, (moved[record["config"]["type"]] + 2 * 4 * 64 * 4) / 1e9, places=9)
        self.assertEqual(seen, {"q8_0", "f32"})

    def test_a_copy_of_each_number_of_threads_stands_beside_the_kernel(self):
        result = json.loads(self.bench("mlp", "--backend", "cpu", "--set", "n=64", "--set", "threads=1,2", "--repeat", "1", "--json").stdout)
        self.assertEqual([(c["trial"], c["role"]) for c in result["configurations"]],
                         [("t1", "baseline"), ("t2", "plain"), ("t1-again", "duplicate"), ("copy-1", "reference"), ("copy-2", "reference")])

    def test_a_complete_log_is_not_measured_again_and_another_kernel_does_not_go_on_with_it(self):
        self.bench("copy", "--backend", "cpu", "--set", "mib=1", "--repeat", "1")
        before = self.log.read_bytes()
        self.assertIn("nothing is left", self.bench("copy", "--backend", "cpu", "--set", "mib=1", "--repeat", "1", "--resume").stderr)
        self.assertIn("other configurations", self.bench("mlp", "--backend", "cpu", "--repeat", "1", "--resume", expect=3).stderr)
        self.assertEqual(self.log.read_bytes(), before)

    def test_what_does_not_fit_is_recorded_and_the_rest_is_measured(self):
        result = json.loads(self.bench("mlp", "--backend", "cpu", "--set", "n=64,1000000", "--set", "tokens=1", "--repeat", "1", "--json").stdout)
        self.validate(result)
        self.assertEqual(result["configurations"][1]["failure"]["kind"], "out_of_memory")
        self.assertEqual(result["configurations"][0]["stop_reason"], "blocks_done")

    @unittest.skipIf(any("cuda" in name for name in libraries()), "a CUDA backend is there")
    def test_a_backend_that_is_not_there_is_exit_4_with_what_brings_it(self):
        done = self.bench("mlp", "--backend", "cuda", expect=4)
        self.assertIn("no cuda device", done.stderr)
        self.assertIn("tools/fetch_archives llama-cuda", done.stderr)
        self.assertIn("CHIMERA_LLAMA", done.stderr)
        self.assertFalse(self.log.exists())

    def test_a_report_says_what_was_measured(self):
        self.bench("conv", "--backend", "cpu", *SMALL["conv"], "--set", "route=im2col,direct", "--set", "threads=1", "--repeat", "6")
        done = subprocess.run([CHIMERA, "report", str(self.log.parent), "-o", str(self.folder / "out"), "--writer", "none", "--quiet"], capture_output=True, text=True, check=False, timeout=300)
        self.assertEqual(done.returncode, 0, done.stderr)
        report = (self.folder / "out" / "report.md").read_text(encoding="utf-8")
        self.assertIn("GFLOP/s", report)
        self.assertIn("route=im2col", report)
        self.assertNotIn("kernel=copy", report)  # other work: no configuration of this kernel


if __name__ == "__main__":
    unittest.main()
