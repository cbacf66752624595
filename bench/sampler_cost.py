"""What watching costs: processor time of the sampler, as the load of other programs does not change it.

    sampler_cost.py PROGRAM [SECONDS]

Runs `PROGRAM run -- sleep SECONDS` at 1, 10 and 100 samples a second and prints the processor time that PROGRAM itself used for each
second and each sample, less what it uses where it samples once a second: starting and ending are no part of it.
"""
import json
import os
import resource
import subprocess
import sys
import tempfile


def used(program, hz, seconds):
    """(processor seconds of the program and of sleep, samples taken)."""
    with tempfile.TemporaryDirectory() as folder:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([program, "run", "--quiet", "--hz", str(hz), "-o", "log.jsonl", "--", "sleep", str(seconds)], cwd=folder, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        with open(f"{folder}/log.jsonl", encoding="utf-8") as log:
            records = [json.loads(line) for line in log]
        lag = next(record for record in records if record["record"] == "telemetry")["telemetry"]["lag"]
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, lag["samples"]


def main():
    program, seconds = os.path.abspath(sys.argv[1]), float(sys.argv[2]) if len(sys.argv) > 2 else 20
    base, base_samples = used(program, 1, seconds)
    print(f"{'hz':>5} {'samples':>8} {'ms of processor a second':>26} {'us a sample':>12}")
    for hz in (10, 100):
        cost, samples = used(program, hz, seconds)
        more = max(0.0, cost - base)
        print(f"{hz:>5} {samples:>8} {1000 * more / seconds:>26.3f} {1e6 * more / max(1, samples - base_samples):>12.1f}")


if __name__ == "__main__":
    main()
