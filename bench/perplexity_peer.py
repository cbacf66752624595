#!/usr/bin/env python3
"""chimera bench --quality beside llama.cpp's own tool, linked to the same libraries, on the same text.

    bench/build_llama_tools OUT perplexity && bench/perplexity_peer.py OUT/llama-perplexity [MODEL.gguf]

Compares perplexity, its ratio, KL divergence and top-token agreement of flash attention with a KV type of q8_0 against neither. The
tool keeps the baseline's log-probabilities in 16 bits, so the divergence agrees to some 1e-5 and not to the last digit. Exit 1
where anything is further apart.
"""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[1]
CHIMERA = os.environ.get("CHIMERA", str(ROOT / "chimera"))
TEXT = ROOT / "src/measure/quality_text.txt"
WINDOW = 512


def ours(model, folder):
    """Metrics of the baseline, and of the configuration that is compared with it."""
    subprocess.run([CHIMERA, "bench", "--model", model, "-p", "16", "-n", "4", "--repeat", "1", "--repetitions", "1", "--warmup", "0", "--keep-loaded",
                    "--no-duplicate", "--set", "flash_attn=off,on", "--set", "kv_type=f16,q8_0", "--set", f"num_ctx={WINDOW}", "--set", f"batch={WINDOW}",
                    "--quality", "-o", f"{folder}/log.jsonl", "--quiet"], check=True, stdout=subprocess.DEVNULL)
    lines = map(json.loads, pathlib.Path(folder, "log.jsonl").read_text(encoding="utf-8").splitlines())
    found = {(r["config"]["flash_attn"], r["config"]["kv_type"]): r for r in lines if r["record"] == "quality" and "failure" not in r}
    return found["off", "f16"]["metrics"], found["on", "q8_0"]["metrics"]


def theirs(tool, model, folder):
    common = [tool, "-m", model, "-f", str(TEXT), "-c", str(WINDOW), "-b", str(WINDOW), "-ub", str(WINDOW), "--kl-divergence-base", f"{folder}/base"]
    subprocess.run([*common, "-fa", "off"], check=True, capture_output=True)
    done = subprocess.run([*common, "-fa", "on", "-ctk", "q8_0", "-ctv", "q8_0", "--kl-divergence"], check=True, capture_output=True, text=True)
    text = done.stdout + done.stderr

    def number(label):
        return float(re.search(re.escape(label) + r"\s*:\s*([0-9.]+)", text)[1])
    return ({"perplexity": number("Mean PPL(base)")},
            {"perplexity": number("Mean PPL(Q)"), "perplexity_ratio": number("Mean PPL(Q)/PPL(base)"), "kl_divergence": number("Mean    KLD"),
             "top_token_agreement_percent": number("Same top p")})


def main():
    tool = sys.argv[1]
    model = sys.argv[2] if len(sys.argv) > 2 else subprocess.run([CHIMERA, "model", "path", "gemma3:270m"], check=True, capture_output=True, text=True).stdout.strip()
    with tempfile.TemporaryDirectory() as folder:
        pairs = zip(ours(model, folder), theirs(tool, model, folder))
    far = False
    for which, (mine, peer) in zip(("baseline", "flash attention, q8_0"), pairs):
        for key, value in peer.items():
            apart = abs(mine[key] - value)
            allowed = {"kl_divergence": 2e-5, "top_token_agreement_percent": 5e-3}.get(key, 2e-5 * value)
            far = far or apart > allowed
            print(f"{which:22} {key:28} {mine[key]:12.6f} {value:12.6f}  {'too far apart' if apart > allowed else ''}")
    return 1 if far else 0


if __name__ == "__main__":
    sys.exit(main())
