#!/usr/bin/env python3
"""Times the way into the store and out of it against DuckDB's own readers, `find`, and itself at other sizes.

    bench/store.py [--binary PATH] [--megabytes N] [--files N] [--repetitions N] [--only NAME] [--write] [--busy]

Makes its files in a scratch folder (or in --folder). The peers are read_json_auto and read_csv_auto of the PyPI package
`duckdb`, which must be importable and of the version of deps/archives.lock; each run of either side is a process of its
own, timed whole, into a new database, with checkpoint and close. Commands run in turn; what is quoted is the median, and
for two commands the median of the ratios pair by pair (peer / chimera: above 1 chimera is faster). --write puts the
table into docs/performance.md. Refuses to measure where other work keeps the machine busy, unless --busy says so.
"""
import argparse
import json
import os
import random
import shutil
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import processes  # noqa: E402
from report import BUSY, ROOT, write_between  # noqa: E402

THREADS = (1, 2)


def record(draw, i):
    """A nested record of a serving benchmark as the goals were set with: 26 scalars, 10 of them numbers, 640 bytes."""
    return {
        "request_id": f"req-{i:08d}", "model": f"model-{i % 5}", "backend": "cuda", "success": draw.random() > 0.01, "stream": True,
        "started_at": f"2025-11-{1 + i % 28:02d}T10:{i % 60:02d}:00Z", "prompt": "Summarise the text below in two sentences.", "scenario": "chat", "user": f"tester-{i % 7}", "client": "asyncio",
        "config": {"num_gpu": 8 * (i % 6), "num_ctx": 1024 * (1 + i % 4), "quantization": "q4_k_m", "flash_attn": True, "kv_type": "q8_0"},
        "usage": {"prompt_tokens": draw.randrange(16, 4096), "output_tokens": draw.randrange(1, 1024)},
        "timings": {f"{name}_ms": round(draw.uniform(1, 5000), 3) for name in ("queue", "prefill", "decode", "ttft", "e2e")},
        "host": {"name": "node-1", "gpu": "H100", "driver": "550.54"},
        "throughput_tokens_per_s": round(draw.uniform(5, 200), 2),
    }


def dense_record(draw, i):
    """The same with 15 numbers and a seed of its own, so that no two records have one configuration."""
    return {
        "request_id": f"req-{i:08d}", "model": f"model-{i % 5}", "backend": "cuda", "success": draw.random() > 0.01,
        "started_at": f"2025-11-{1 + i % 28:02d}T10:{i % 60:02d}:00Z", "prompt": "Summarise the text below in two sentences.",
        "config": {"num_gpu": 8 * (i % 6), "num_ctx": 1024 * (1 + i % 4), "temperature": 0.4, "seed": i, "quantization": "q4_k_m"},
        "usage": {"prompt_tokens": draw.randrange(16, 4096), "output_tokens": draw.randrange(1, 1024)},
        "timings": {f"{name}_ms": round(draw.uniform(1, 5000), 3) for name in ("queue", "prefill", "decode", "ttft", "itl_mean", "itl_p99", "e2e")},
        "host": {"name": "node-1", "gpu": "H100", "driver": "550.54", "power_w": round(draw.uniform(80, 700), 1)},
        "throughput_tokens_per_s": round(draw.uniform(5, 200), 2),
    }


def write_until(path, megabytes, lines, head="", tail=""):
    with open(path, "w", encoding="utf-8") as out:
        out.write(head)
        for i, line in enumerate(lines):
            out.write(line)
            if i % 1000 == 0 and out.tell() > megabytes * 1e6:
                break
        out.write(tail)


def jsonl_lines(make=record):
    draw, i = random.Random(1), 0
    while True:
        yield json.dumps(make(draw, i)) + "\n"
        i += 1


def array_lines():
    draw, i = random.Random(2), 0
    while True:
        text = json.dumps(record(draw, i), indent=2)
        yield ("" if i == 0 else ",\n") + "\n".join("  " + line for line in text.splitlines())
        i += 1


def csv_lines():
    draw, i = random.Random(3), 0
    while True:
        yield f"model-{i % 5},{8 * (i % 6)},{1024 * (1 + i % 4)}," + ",".join(f"{draw.uniform(1, 1000):.3f}" for _ in range(9)) + "\n"
        i += 1


CSV_HEAD = "model,num_gpu,num_ctx," + ",".join(f"stage_{i}_ms" for i in range(9)) + "\n"


def make_small_files(folder, count):
    draw = random.Random(4)
    for i in range(count):
        sub = os.path.join(folder, f"{i % 100:02d}")
        os.makedirs(sub, exist_ok=True)
        name = os.path.join(sub, f"run-{i}.{'json' if i % 2 else 'csv'}")
        with open(name, "w", encoding="utf-8") as out:
            if i % 2:
                json.dump({"results": [record(draw, i * 3 + k) for k in range(3)]}, out, indent=1)
            else:
                out.write(CSV_HEAD + "".join(line for line, _ in zip(csv_lines(), range(15))))
        os.utime(name, (1700000000, 1700000000))


def peer(sql, threads, database):
    """A process that runs one statement of DuckDB into a new database."""
    code = (f"import duckdb, os\nif os.path.exists({database!r}): os.remove({database!r})\n"
            f"c = duckdb.connect({database!r}, config={{'threads': {threads}}})\nc.execute({sql!r})\nc.execute('CHECKPOINT')\nc.close()")
    return [sys.executable, "-c", code]


def ours(binary, path, threads, store):
    return ["sh", "-c", 'rm -f "$3" && exec "$0" ingest "$1" --workers "$2" --store "$3" -q', binary, path, str(threads), store]


def against_readers(options, folder):
    """The rows of the table: one large file of each kind, and many small ones."""
    small = os.path.join(folder, "small")
    make_small_files(small, options.files)
    files = {name: os.path.join(folder, f"large-{name}", f"large.{name.split('-')[0]}") for name in ("jsonl", "jsonl-dense", "csv", "json")}
    for path in files.values():
        os.makedirs(os.path.dirname(path))
    write_until(files["jsonl"], options.megabytes, jsonl_lines())
    write_until(files["jsonl-dense"], options.megabytes, jsonl_lines(dense_record))
    write_until(files["csv"], options.megabytes, csv_lines(), CSV_HEAD)
    write_until(files["json"], options.megabytes / 4, array_lines(), "[\n", "\n]\n")
    database, store = os.path.join(folder, "peer.duckdb"), os.path.join(folder, "ours.duckdb")
    large = "maximum_object_size=1073741824"
    cases = [
        (f"JSONL, {options.megabytes} MB, against `read_json_auto`", files["jsonl"], f"CREATE TABLE t AS SELECT * FROM read_json_auto('{files['jsonl']}')", "2.5 / 2.8"),
        (f"JSONL of more numbers, a configuration each, {options.megabytes} MB", files["jsonl-dense"], f"CREATE TABLE t AS SELECT * FROM read_json_auto('{files['jsonl-dense']}')", ""),
        (f"CSV, {options.megabytes} MB, against `read_csv_auto`", files["csv"], f"CREATE TABLE t AS SELECT * FROM read_csv_auto('{files['csv']}')", "0.9 / 1.0"),
        (f"one pretty-printed JSON array, {options.megabytes // 4} MB", files["json"], f"CREATE TABLE t AS SELECT * FROM read_json_auto('{files['json']}', {large})", "3"),
        (f"{options.files} small files, warm", small,
         f"CREATE TABLE j AS SELECT * FROM read_json_auto('{small}/*/*.json', union_by_name=true); CREATE TABLE c AS SELECT * FROM read_csv_auto('{small}/*/*.csv', union_by_name=true)", "15"),
    ]
    for label, path, sql, goal in cases:
        cells = []
        for threads in THREADS:
            runs = processes.interleaved({"peer": peer(sql, threads, database), "ours": ours(options.binary, os.path.dirname(path) if path != small else small, threads, store)}, options.repetitions)
            middle, low, high = processes.ratio(runs["peer"], runs["ours"])
            cells.append(f"{middle:.2f} ({low:.2f} to {high:.2f}; {processes.median([r.wall for r in runs['ours']]) * 1e3:.0f} ms, "
                         f"{max(r.peak_kib for r in runs['ours']) / 1024:.0f} MiB)")
        yield f"| {label} | {cells[0]} | {cells[1]} | {goal} |"


def against_find(options, folder):
    small = os.path.join(folder, "small-again")
    make_small_files(small, options.files)
    store = os.path.join(folder, "again.duckdb")
    processes.run_once(ours(options.binary, small, 2, store))
    again = [options.binary, "ingest", small, "--store", store, "-q"]
    runs = processes.interleaved({"find": ["find", small, "-printf", "%p %s %T@\\n"], "ours": again}, max(options.repetitions, 5))
    middle, low, high = processes.ratio(runs["ours"], runs["find"])
    yield (f"| re-ingest of {options.files} unchanged files, its time / `find -printf`'s | - | {middle:.2f} ({low:.2f} to {high:.2f}; "
           f"{processes.median([r.wall for r in runs['ours']]) * 1e3:.0f} ms) | 1.5 at most |")


def flatness(options, folder):
    """Cost per fact from 10^4 to 10^7 facts, and a grouped query over the largest."""
    store, empty = os.path.join(folder, "flat.duckdb"), os.path.join(folder, "nothing")
    os.makedirs(empty)
    with open(os.path.join(empty, "one.csv"), "w", encoding="utf-8") as out:
        out.write("a_ms\n1\n")
    start = processes.median([r.wall for r in processes.interleaved({"start": ours(options.binary, empty, 2, store)}, options.repetitions)["start"]])
    for facts in (10 ** 4, 10 ** 5, 10 ** 6, 10 ** 7):
        path = os.path.join(folder, f"flat-{facts}")
        os.makedirs(path)
        write_until(os.path.join(path, "a.csv"), 1e9, (line for line, _ in zip(csv_lines(), range(facts // 9))), CSV_HEAD)
        runs = processes.interleaved({"ours": ours(options.binary, path, 2, store)}, options.repetitions if facts < 10 ** 7 else 3, warmup=0)["ours"]
        each = (processes.median([r.wall for r in runs]) - start) / facts
        yield f"| {facts:.0e} facts, time for each beyond the start of {start * 1e3:.0f} ms | - | {each * 1e9:.0f} ns ({os.path.getsize(store) / facts:.1f} bytes) | flat |"
        shutil.rmtree(path)
    sql = "SELECT metric, config, count(*), avg(value), stddev(value) FROM facts WHERE NOT failed GROUP BY ALL"
    runs = processes.interleaved({"query": [options.binary, "query", sql, "--store", store, "--format", "csv"]}, options.repetitions)["query"]
    yield f"| grouped query over 10^7 facts | - | {processes.median([r.wall for r in runs]):.2f} s | 1 s at most |"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", default=os.path.join(ROOT, "build/release/bin/chimera"))
    parser.add_argument("--folder")
    parser.add_argument("--megabytes", type=int, default=200)
    parser.add_argument("--files", type=int, default=20_000)
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--only", action="append", choices=["readers", "find", "flat"])
    parser.add_argument("--busy", action="store_true", help="measure all the same: the figures are indicative only")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    if processes.load() > BUSY and not options.busy:
        sys.exit(f"the machine is busy (load {processes.load():.2f} > {BUSY}): nothing was measured")
    folder = tempfile.mkdtemp(prefix="chimera-bench-", dir=options.folder)
    lines = [f"Wall time of the peer / ours, median of {options.repetitions} pairs (lowest to highest; ours, peak memory); {processes.machine()}.", "",
             "| | 1 thread | 2 threads | at least |", "|---|--:|--:|--:|"]
    try:
        for name, rows in (("readers", against_readers), ("find", against_find), ("flat", flatness)):
            if not options.only or name in options.only:
                for line in rows(options, folder):
                    print(line, flush=True)
                    lines.append(line)
    finally:
        shutil.rmtree(folder)
    text = "\n".join(lines) + "\n"
    if options.write:
        write_between(os.path.join(ROOT, "docs/performance.md"), "store", text)


if __name__ == "__main__":
    main()
