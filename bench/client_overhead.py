#!/usr/bin/env python3
"""What the client adds to times and costs a token, against a server of known times (bench/scripted_server.py).

    bench/client_overhead.py [--binary PATH] [--calls N] [--write]

Both processes stamp with the same steady clock. TTFT beyond the server's: the client's send to first content, less what the
server took between having the request and handing over the first piece; it holds two ways through the kernel and the
server's reading. TTFT bias: that less the same of a bare blocking socket. Delay: from the server handing a piece over to the
client's stamp. Processor time: of the client's thread, per token, once with a
piece every 2 ms (each one wakes the client) and once with all pieces at once (they come many to a read: parsing alone).
The first call of a process, which opens the connection, is left out. Prints a Markdown table; --write puts it into
docs/performance.md. Refuses to measure where other work keeps the machine busy; --busy measures all the same.
"""
import argparse
import json
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import processes  # noqa: E402
import report  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
FIRST_MS = 20


def percentile(values, part):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def run(binary, name, protocol, tokens, gap_us, calls):
    """[(the client's record, the server's record)] of every call but the first."""
    with tempfile.TemporaryDirectory() as scratch:
        stamps = os.path.join(scratch, "stamps")
        server = subprocess.Popen([sys.executable, os.path.join(HERE, "scripted_server.py"), protocol, str(tokens), str(FIRST_MS), str(gap_us), stamps],
                                  stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        try:
            port = server.stdout.readline().strip()
            done = subprocess.run([binary, name, f"http://127.0.0.1:{port}", str(calls + 1)], capture_output=True, text=True, check=True)
        finally:
            server.stdin.close()
            server.wait()
        with open(stamps, encoding="utf-8") as lines:
            told = [json.loads(line) for line in lines]
    return list(zip([json.loads(line) for line in done.stdout.splitlines()], told))[1:]


def time_to_first(runs):
    """Client's send to first text, less what the server took between having the request and handing over; microseconds."""
    return [((client["texts"][0] - client["sent"]) - (server["sent"][0] - server["there"])) / 1e3 for client, server in runs]


def delays(runs):
    return [(at - sent) / 1e3 for client, server in runs for at, sent in zip(client["texts"], server["sent"])]


def processor(runs):
    return processes.median([client["processor_ns"] / 1e3 / max(1, len(server["sent"])) for client, server in runs])


def rows(binary, calls):
    """One row each for a bare socket and both protocols; rounds in turn, so that drift falls on all of them."""
    names = {"bare": "ollama", "ollama": "ollama", "openai": "openai"}
    paced = {name: [] for name in names}
    for _ in range(5):
        for name, protocol in names.items():
            paced[name] += run(binary, name, protocol, 100, 2000, max(1, calls // 5))
    floor = processes.median(time_to_first(paced["bare"]))
    for name, protocol in names.items():
        first = time_to_first(paced[name])
        burst = run(binary, name, protocol, 20000, 0, max(3, calls // 10)) if name != "bare" else None
        late = delays(paced[name]) if name != "bare" else []  # what a bare read returns is no piece
        yield (name, processes.median(first), percentile(first, 0.9), processes.median(first) - floor, processes.median(late) if late else None,
               percentile(late, 0.99) if late else None, processor(paced[name]), processor(burst) if burst else None)


def table(binary, calls):
    lines = [
        f"{calls} calls of 100 tokens each; {processes.machine()}. Microseconds.",
        "",
        "| client | TTFT beyond the server's, median | p90 | TTFT bias (against the bare socket) | delay of a token, median | p99 | processor time a token, woken for each | all at once |",
        "|---|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for name, *values in rows(binary, calls):
        lines.append(f"| {name} | " + " | ".join("" if value is None else f"{value:.1f}" for value in values) + " |")
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", default=os.path.join(report.ROOT, "build/bench/bin/bench_client_calls"))
    parser.add_argument("--calls", type=int, default=100)
    parser.add_argument("--busy", action="store_true")
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    if processes.load() > report.BUSY and not arguments.busy:
        sys.exit(f"the machine is busy (load {processes.load():.2f} > {report.BUSY}): nothing was measured")
    text = table(arguments.binary, arguments.calls)
    print(text)
    if arguments.write:
        report.write_between(os.path.join(report.ROOT, "docs/performance.md"), "client", text)


if __name__ == "__main__":
    main()
