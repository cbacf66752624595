"""What chimera doctor says of this machine, and of one whose GPUs are a library of ours."""

import json
import os
import pathlib
import subprocess
import unittest

try:
    import jsonschema
except ImportError:
    jsonschema = None

ROOT = pathlib.Path(__file__).resolve().parent.parent
CHIMERA = os.environ.get("CHIMERA", str(ROOT / "build/dev/bin/chimera"))
FAKE_NVML = pathlib.Path(CHIMERA).resolve().parent / "fake"


def doctor(*arguments, env=None):
    done = subprocess.run([CHIMERA, "doctor", "--seconds", "1", *arguments], capture_output=True, env={**os.environ, **(env or {})}, timeout=120)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


class Doctor(unittest.TestCase):
    def test_its_json_follows_the_schema_and_its_exit_code_the_worst(self):
        code, out, _ = doctor("--json")
        result = json.loads(out)
        if jsonschema is not None:
            jsonschema.validate(result, json.loads((ROOT / "schema/doctor.schema.json").read_text()))
        worst = [check["health"] for check in result["checks"]]
        self.assertEqual(result["health"], "bad" if "bad" in worst else "poor" if "poor" in worst else "good")
        self.assertEqual(code, 1 if result["health"] == "bad" else 0)
        self.assertEqual(len(result["aa"]), 2)
        self.assertTrue({"machine", "clock", "log", "embedded engine"} <= {check["subject"] for check in result["checks"]})

    def test_people_read_what_to_do_about_it(self):
        _, out, err = doctor()
        self.assertRegex(out, r"(?m)^good     machine: .*fingerprint [0-9a-f]{16}")
        self.assertRegex(out, r"measuring (now|here)|Measurements work here")
        self.assertIn("looking at the machine", err)

    @unittest.skipUnless(FAKE_NVML.exists(), "the program was built without tests")
    def test_gpus_are_named_and_what_slows_them_down(self):
        code, out, _ = doctor(env={"LD_LIBRARY_PATH": str(FAKE_NVML), "FAKE_NVML_THROTTLE": "1", "FAKE_NVML_OTHER": "1"})
        self.assertEqual(code, 1)
        self.assertIn("GPU 1: Fake GPU 24GB, 26 GB, limit 300 W", out)
        self.assertIn("throttled: power cap", out)
        self.assertIn("another process computes on it: 1 (", out)

    @unittest.skipUnless(FAKE_NVML.exists(), "the program was built without tests")
    def test_the_libraries_of_gpus_are_found_or_the_reason_is_said(self):
        _, out, _ = doctor(env={"LD_LIBRARY_PATH": str(FAKE_NVML), "CHIMERA_CUPTI": str(FAKE_NVML)})
        self.assertIn("good     NVML: driver 550.54.15, CUDA up to 12.4", out)
        self.assertIn(f"good     CUPTI: CUPTI 13.0 ({FAKE_NVML / 'libcupti.so'})", out)
        _, out, _ = doctor(env={"CHIMERA_CUPTI": str(FAKE_NVML), "FAKE_CUPTI_ENABLE": "35"})
        self.assertRegex(out, r"missing  CUPTI: CUPTI 13\.0 .* does not trace: cuptiActivityEnable: CUPTI_ERROR_INSUFFICIENT_PRIVILEGES \(status 35\)\n +-> the driver lets only administrators profile")
        _, out, _ = doctor(env={"CHIMERA_CUPTI": "/nowhere"})
        self.assertRegex(out, r"missing  CUPTI: no CUPTI on this machine \(/nowhere: .*\)\n +-> it comes with the CUDA toolkit")


if __name__ == "__main__":
    unittest.main()
