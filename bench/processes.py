"""Whole processes measured from outside: wall time by the steady clock, processor time and peak memory by the kernel.

Used by the scripts of this folder. Commands are run in turn (A B A B ...), so that a machine that drifts drifts for
all of them; what is quoted is the median, and for two commands the median of the ratios pair by pair.
"""
import os
import statistics
import subprocess
import time


class Run:
    def __init__(self, wall, user, system, peak_kib):
        self.wall, self.user, self.system, self.peak_kib = wall, user, system, peak_kib


def run_once(command, cwd=None, env=None):
    """Runs a command to its end with its output thrown away. Raises where it fails: a broken run is no measurement."""
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=cwd, env=env)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise RuntimeError(f"{command[0]} ended with {process.returncode}: {' '.join(command)}")
    return Run(wall, usage.ru_utime, usage.ru_stime, usage.ru_maxrss)


def interleaved(commands, repetitions, warmup=1):
    """{name: command} -> {name: [Run]}; every round runs each command once, in an order that turns from round to round."""
    names = list(commands)
    for _ in range(warmup):
        for name in names:
            run_once(commands[name])
    runs = {name: [] for name in names}
    for repetition in range(repetitions):
        turn = repetition % len(names)
        for name in names[turn:] + names[:turn]:
            runs[name].append(run_once(commands[name]))
    return runs


def median(values):
    return statistics.median(values)


def ratio(runs_a, runs_b):
    """Median, lowest and highest of the ratios of wall time, pair by pair."""
    ratios = [a.wall / b.wall for a, b in zip(runs_a, runs_b)]
    return statistics.median(ratios), min(ratios), max(ratios)


def machine():
    """One line about the machine, without names of people or hosts."""
    model = "unknown processor"
    with open("/proc/cpuinfo", encoding="utf-8") as lines:
        for line in lines:
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    with open("/proc/meminfo", encoding="utf-8") as lines:
        gib = int(lines.readline().split()[1]) / 1024 / 1024
    return f"{model}, {os.cpu_count()} processors, {gib:.0f} GiB, Linux {os.uname().release.split('-')[0]}"


def load():
    return os.getloadavg()[0]
