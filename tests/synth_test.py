"""chimera model synth from outside: the file of a named shape, equal bytes for equal seeds, a schema."""

import hashlib
import json
import os
import pathlib
import struct
import subprocess
import tempfile
import unittest

try:
    import jsonschema
except ImportError:
    jsonschema = None

ROOT = pathlib.Path(__file__).resolve().parent.parent
CHIMERA = os.environ.get("CHIMERA", str(ROOT / "build/dev/bin/chimera"))


def text(value):
    return struct.pack("<Q", len(value)) + value.encode()


def vocabulary(path, tokens):
    """A GGUF file with a tokenizer alone."""
    entries = [text("general.architecture") + struct.pack("<I", 8) + text("llama"),
               text("tokenizer.ggml.model") + struct.pack("<I", 8) + text("llama"),
               text("tokenizer.ggml.tokens") + struct.pack("<IIQ", 9, 8, tokens) + b"".join(text(f"t{i}") for i in range(tokens))]
    path.write_bytes(b"GGUF" + struct.pack("<IQQ", 3, 0, len(entries)) + b"".join(entries))


class Synth(unittest.TestCase):
    def setUp(self):
        self.scratch = tempfile.TemporaryDirectory()
        self.folder = pathlib.Path(self.scratch.name)
        vocabulary(self.folder / "vocab.gguf", 64)

    def tearDown(self):
        self.scratch.cleanup()

    def synth(self, *arguments, code=0):
        done = subprocess.run([CHIMERA, "model", "synth", *arguments], capture_output=True, cwd=self.folder, timeout=120)
        self.assertEqual(done.returncode, code, done.stderr)
        return done.stdout.decode(), done.stderr.decode()

    def test_a_named_shape_with_any_vocabulary(self):
        out, _ = self.synth("--arch", "gemma3", "--size", "270m", "--quant", "q4_0", "--vocab", "vocab.gguf", "--json", "-o", "m.gguf")
        result = json.loads(out)
        if jsonschema is not None:
            jsonschema.validate(result, json.loads((ROOT / "schema/model_synth.schema.json").read_text()))
        file = self.folder / "m.gguf"
        self.assertEqual(result["bytes"], file.stat().st_size)
        self.assertEqual(result["tensors"], 2 + 18 * 13)
        first = hashlib.sha256(file.read_bytes()).hexdigest()
        # Its own twin has other weights, the same size but for its longer name, and equal seeds give equal bytes.
        self.synth("--like", "m.gguf", "-o", "twin.gguf")
        self.synth("--like", "m.gguf", "-o", "twin2.gguf")
        self.assertEqual((self.folder / "twin.gguf").read_bytes(), (self.folder / "twin2.gguf").read_bytes())
        self.synth("--arch", "gemma3", "--size", "270m", "--quant", "q4_0", "--vocab", "vocab.gguf", "-o", "m.gguf")
        self.assertEqual(hashlib.sha256(file.read_bytes()).hexdigest(), first)

    def test_the_head_of_a_file_suffices(self):
        self.synth("--arch", "gemma3", "--size", "270m", "--quant", "q4_0", "--vocab", "vocab.gguf", "-o", "m.gguf")
        (self.folder / "head.gguf").write_bytes((self.folder / "m.gguf").read_bytes()[:200_000])
        self.synth("--like", "head.gguf", "-o", "twin.gguf")
        self.assertAlmostEqual((self.folder / "twin.gguf").stat().st_size, (self.folder / "m.gguf").stat().st_size, delta=200)

    def test_a_full_disk_leaves_nothing_behind(self):
        command = f"ulimit -f 2000; {CHIMERA} model synth --arch gemma3 --size 270m --vocab vocab.gguf -o m.gguf"
        done = subprocess.run(["bash", "-c", command], capture_output=True, cwd=self.folder, timeout=60)
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertIn(b"cannot write m.gguf: File too large", done.stderr)
        self.assertEqual([path.name for path in self.folder.iterdir()], ["vocab.gguf"])


if __name__ == "__main__":
    unittest.main()
