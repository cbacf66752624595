"""Names in artifacts that read as claims ("best", "7b", "2025", "no power"): whatever files, folders, columns and settings are called,
the report is published, and verify reads it without a contradiction."""

import csv
import json
import os
import pathlib
import random
import shutil
import subprocess
import tempfile
import unittest

CHIMERA = os.environ["CHIMERA"]
SEEDS = int(os.environ.get("CHIMERA_SEEDS", "60"))
NAMES = ["1", "2025", "7b", "50%", "2025-11-01", "p95", "twice", "best", "fastest", "no power", "half", "a.csv", "x2", "100 ms", "v1.2", "12 of 40", "-3", "1e5", "three",
         "double", "GPU 0", "5.5", "q4_0", "num_gpu", "slower", "highest", "all", "none", "first", "10k", "1,024", "2/3", "°C", "`tick`", "a|b", "[x](y)", "<b>", "*s*", "_u_",
         "better than", "more", "none of", "10 times", "0.1", "Model 7", "run 3", "worst", "max", "mean", "lowest ttft", "unchanged", "equal", "same", "zero", "one", "tie",
         "improved by 5 %", "2x", "1.5x faster", "+5%", "~40", "≈3", "½", "１２", "12:30", "2025/11/14", "14 Nov 2025", "1 GB", "llama-7b", "70B", "8x7B", "batch 32", "$5", "#1",
         "No. 1", "1st", "top-3", "(copy)", "!", "%s", "&amp;", "a=b", "a: b"]
METRICS = ["ttft_s", "tokens_s", "latency_ms", "power_w", "score", "accuracy", "time", "GPU util %", "load_s", "success", "mean_ttft_s", "prompt_tokens"]


def plain(name):
    return name.replace("/", "_")


class Artifacts:
    """A folder of made files whose names and contents come from the lists above."""

    def __init__(self, seed, scratch):
        self.dice = random.Random(seed)
        self.root = pathlib.Path(scratch, plain(self.dice.choice(NAMES)).lstrip("-") or "in")
        self.root.mkdir()
        for number in range(self.dice.randint(1, 3)):
            folder = self.root / plain(self.dice.choice(NAMES)) if self.dice.random() < 0.4 else self.root
            folder.mkdir(exist_ok=True)
            self.write(folder / f"{plain(self.dice.choice(NAMES))}{number}")

    def write(self, place):
        dice = self.dice
        factors = dice.sample(NAMES, dice.randint(1, 3))
        metrics = dice.sample(METRICS, dice.randint(1, 3)) + dice.sample([n for n in NAMES if n not in factors], dice.randint(0, 2))
        levels = {name: dice.sample(NAMES, dice.randint(2, 3)) for name in factors}
        rows = [{**{name: dice.choice(levels[name]) for name in factors}, **{name: self.value(name) for name in metrics}} for _ in range(dice.randint(3, 30))]
        kind = dice.choice(["csv", "json", "jsonl", "md", "both"])
        if kind == "csv":
            with open(f"{place}.csv", "w", newline="", encoding="utf-8") as out:
                writer = csv.DictWriter(out, factors + metrics)
                writer.writeheader()
                writer.writerows(rows)
        if kind in ("json", "both"):
            told = {dice.choice(NAMES): rows} if dice.random() < 0.5 else dict(zip(NAMES, rows))
            if dice.random() < 0.3:
                told["summary"] = {f"mean_{metrics[0]}": dice.uniform(1, 100), "count": len(rows)}
            pathlib.Path(f"{place}.json").write_text(json.dumps(told), encoding="utf-8")
        if kind == "jsonl":
            pathlib.Path(f"{place}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        if kind in ("md", "both"):
            cells = [[str(row[name]).replace("|", "/") for name in factors + metrics] for row in rows]
            if kind == "both":  # the table of the JSON, one value wrong
                cells[0][-1] = "1234.5"
            lines = [f"# {dice.choice(NAMES)}", "", "|" + "|".join(name.replace("|", "/") for name in factors + metrics) + "|", "|" + "---|" * len(factors + metrics)]
            pathlib.Path(f"{place}.md").write_text("\n".join(lines + ["|" + "|".join(row) + "|" for row in cells]) + "\n", encoding="utf-8")

    def value(self, name):
        if name == "success":
            return self.dice.random() < 0.9
        if name == "prompt_tokens":
            return self.dice.choice([128, 512])
        return round(self.dice.uniform(1, 100), self.dice.randint(0, 3))


class Names(unittest.TestCase):
    def test_no_name_keeps_a_report_from_being_published(self):
        for seed in range(SEEDS):
            with self.subTest(seed=seed), tempfile.TemporaryDirectory() as scratch:
                artifacts = Artifacts(seed, scratch)
                done = subprocess.run([CHIMERA, "report", artifacts.root.name, "-o", "out", "--writer", "none", "--quiet", "--no-pictures"], cwd=scratch, capture_output=True, text=True, timeout=120)
                self.assertIn(done.returncode, (0, 3), done.stderr[:1000])
                if done.returncode == 3:
                    continue
                judged = subprocess.run([CHIMERA, "verify", "out/report.md", "--against", artifacts.root.name, "--json", "--quiet"], cwd=scratch, capture_output=True, text=True, timeout=120)
                self.assertIn(judged.returncode, (0, 1), judged.stderr[:1000])
                if os.environ.get("CHIMERA_KEEP"):
                    shutil.copytree(scratch, pathlib.Path(os.environ["CHIMERA_KEEP"], str(seed)))


if __name__ == "__main__":
    unittest.main()
