#!/usr/bin/env python3
"""Times of the pages, for an idle machine: the server's answers over a million measurements, and report.html in Chromium.

usage: bench/pages.py [--chimera PROGRAM] [--report FOLDER]
Prints one line each: what, the best and the median of ten. FOLDER is reported on and its page opened; without Node, Chromium
and `tools/fetch_archives web-tests` that part is left out, and says so.
"""

import argparse
import http.client
import os
import pathlib
import random
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
ROWS = 250_000  # of four measurements each
TIMES = 10


def line(what, seconds):
    print(f"{what:48} best {1000 * min(seconds):8.1f} ms   median {1000 * statistics.median(seconds):8.1f} ms", flush=True)


def make_rows(path):
    draw = random.Random(1)
    with open(path, "w", encoding="utf-8") as file:
        file.write("model,num_gpu,num_ctx,tokens_s,ttft_s,e2e_s,energy_j\n")
        for i in range(ROWS):
            file.write(f"m{i % 7},{40 + 20 * (i % 4)},{1024 * (1 + i % 3)},{100 + 9 * draw.random():.3f},{0.1 + draw.random() / 50:.4f},{3 + draw.random():.4f},{50 + draw.random():.3f}\n")


def answers(chimera, scratch):
    make_rows(scratch / "runs.csv")
    store = scratch / "store.duckdb"
    subprocess.run([chimera, "ingest", scratch / "runs.csv", "--store", store, "--quiet"], check=True, stdout=subprocess.DEVNULL)
    server = subprocess.Popen([chimera, "serve", store, "--port", "0", "--quiet"], stdout=subprocess.PIPE, text=True)
    port = int(re.search(r":(\d+)/", server.stdout.readline())[1])
    for what, path in (("page", "/"), ("overview", "/api/overview"), ("files", "/api/files"), ("measurements", "/api/facts"), ("filter by metric", "/api/facts?metric=throughput"),
                       ("filter by metric and configuration", "/api/facts?metric=throughput&config=num_gpu%3D40")):
        seconds = []
        for _ in range(TIMES):
            connection = http.client.HTTPConnection("127.0.0.1", port)
            started = time.perf_counter()
            connection.request("GET", path)
            connection.getresponse().read()
            seconds.append(time.perf_counter() - started)
            connection.close()
        print(f"{what:48} first {1000 * seconds[0]:7.1f} ms")
        line(what, seconds)
    server.send_signal(signal.SIGINT)
    server.wait()


def page(chimera, folder, scratch):
    tests = ROOT / ".cache/web-tests"
    if not (shutil.which("node") and shutil.which("chromium") and tests.exists()):
        print("report.html in Chromium: left out, no Node, Chromium or archive web-tests")
        return
    subprocess.run([chimera, "report", folder, "-o", scratch / "out", "--writer", "none", "--quiet"], check=True)
    print(f"report.html: {(scratch / 'out/report.html').stat().st_size / 1e6:.2f} MB")
    script = ("import { createRequire } from 'node:module'; const { chromium } = createRequire(process.env.TESTS + '/')('playwright-core');"
              "const b = await chromium.launch({ executablePath: process.env.CHROMIUM, args: ['--no-sandbox'] });"
              f"for (let i = 0; i < {TIMES}; ++i) {{ const p = await b.newPage(); await p.goto('file://' + process.argv[2]);"
              "await p.waitForFunction(() => document.documentElement.dataset.ready); console.log(await p.evaluate(() => performance.getEntriesByType('navigation')[0].domInteractive));"
              "await p.close(); } await b.close();")
    (scratch / "ready.mjs").write_text(script)
    done = subprocess.run(["node", scratch / "ready.mjs", scratch / "out/report.html"], capture_output=True, text=True, check=True,
                          env={**os.environ, "TESTS": str(tests), "CHROMIUM": shutil.which("chromium")})
    line("report.html interactive in Chromium", [float(n) / 1000 for n in done.stdout.split()])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--chimera", default=ROOT / "build/release/bin/chimera")
    parser.add_argument("--report", default=ROOT / "examples")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        answers(options.chimera, pathlib.Path(scratch))
        page(options.chimera, options.report, pathlib.Path(scratch))
    return 0


if __name__ == "__main__":
    sys.exit(main())
