#!/usr/bin/env python3
"""Replays tuning on recorded tables: chimera tune beside random, grid order and Optuna's TPE, all charged by one cost model.

usage: tools/evaluate_tuning.py --chimera PROGRAM --tables FOLDER [--seeds 40] [--only SETTING,...] [--methods M,...]
                                [--store FILE] [--write docs/tuning.md]

Regret is the median of the recorded times of the configuration that a method would recommend, over that of the best of
the table, less 1. TPE needs Optuna (PyPI); it is left out where that is not installed. Results are kept in the store
file, so that a second call only runs what is missing. --write puts the tables between the marks of a Markdown file.
"""

import argparse
import gzip
import json
import pathlib
import random
import statistics
import subprocess
import sys
import time

RELOAD = ("block_size_x", "block_size_y")
LOAD, SWITCH, REPETITION = 10.0, 0.5, 2.0
SETTINGS = {"llm-600": 600.0, "llm-1800": 1800.0, "recorded": None}
REPETITIONS = 7
INGREDIENTS = ("surrogate", "racing", "switch-cost", "feasibility", "final-stage")
METHODS = ("chimera", "tpe", "random", "grid", *(f"without {name}" for name in INGREDIENTS))


class Table:
    """A recorded table, read independently of the program that is being judged."""

    def __init__(self, path):
        opened = gzip.open(path) if path.suffix == ".gz" else open(path, "rb")
        with opened:
            data = json.load(opened)
        self.path, self.name = path, path.name.split(".")[0]
        self.keys = data["tune_params_keys"]
        self.entries = {}
        for entry in data["cache"].values():
            times = [t for t in entry.get("times", []) if isinstance(t, (int, float))]
            works = isinstance(entry["time"], (int, float)) and times
            self.entries[tuple(entry[k] for k in self.keys)] = (times if works else None, entry["compile_time"] / 1000)
        self.truth = {c: statistics.median(times) for c, (times, _) in self.entries.items() if times}
        self.best = min(self.truth.values())
        self.levels = {k: sorted({c[i] for c in self.entries}) for i, k in enumerate(self.keys)}
        loads = [load for _, load in self.entries.values()]
        runs = [statistics.mean(times) / 1000 for times, _ in self.entries.values() if times]
        self.recorded_budget = 200 * (statistics.mean(loads) + REPETITIONS * statistics.mean(runs))

    def regret(self, config):
        return self.truth[config] / self.best - 1 if config in self.truth else float("inf")


class Charge:
    """The cost model of docs/interfaces.md, written a second time."""

    def __init__(self, table, recorded, budget, seed):
        self.table, self.recorded, self.budget, self.spent = table, recorded, budget, 0.0
        self.loaded, self.random, self.orders = None, random.Random(seed), {}
        self.reload = [table.keys.index(k) for k in RELOAD]

    def measure(self, config, repetitions):
        """The values, None for a failure; raises StopIteration where it does not fit."""
        times, load = self.table.entries[config]
        if not self.recorded:
            load = LOAD
        if times is None:
            if self.spent + load > self.budget:
                raise StopIteration
            self.spent, self.loaded = self.spent + load, config
            return None
        if config == self.loaded:
            change = 0.0
        elif self.recorded or self.loaded is None or any(config[i] != self.loaded[i] for i in self.reload):
            change = load
        else:
            change = SWITCH
        if config not in self.orders:
            self.orders[config] = self.random.sample(times, len(times))
        order, values, total = self.orders[config], [], self.spent + change
        for _ in range(repetitions):
            seconds = order[0] / 1000 if self.recorded else REPETITION
            if total + seconds > self.budget:
                break
            total += seconds
            values.append(order[0])
            order.append(order.pop(0))
        if not values:
            raise StopIteration
        self.spent, self.loaded = total, config
        return values


def tpe(table, charge, seed):
    """Optuna's TPE with ten random trials at first; asks for what is not in the table are moved to the nearest that is."""
    import optuna
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=seed))
    rank = {k: {v: i for i, v in enumerate(levels)} for k, levels in table.levels.items()}
    unseen = set(table.entries)
    spread = [max(len(table.levels[k]) - 1, 1) for k in table.keys]
    best, found, asked = None, None, {}
    while unseen:
        trial = study.ask()
        config = tuple(table.levels[k][trial.suggest_int(k, 0, len(table.levels[k]) - 1)] if len(table.levels[k]) > 1 else table.levels[k][0] for k in table.keys)
        if config not in unseen:
            at = [rank[k][v] for k, v in zip(table.keys, config)]
            config = min(sorted(unseen), key=lambda c: sum(abs(rank[k][v] - a) / s for k, v, a, s in zip(table.keys, c, at, spread)))
        unseen.discard(config)
        try:
            values = charge.measure(config, REPETITIONS)
        except StopIteration:
            break
        asked[config] = trial.number
        if values is None:
            study.tell(trial, state=optuna.trial.TrialState.FAIL)
            continue
        value = statistics.mean(values)
        # What was measured is told, also where it is not what was asked for.
        told = optuna.trial.create_trial(params={k: rank[k][v] for k, v in zip(table.keys, config) if len(table.levels[k]) > 1},
                                         distributions={k: optuna.distributions.IntDistribution(0, len(levels) - 1) for k, levels in table.levels.items() if len(levels) > 1},
                                         value=value)
        if any(told.params[k] != trial.params[k] for k in told.params):
            study.tell(trial, state=optuna.trial.TrialState.FAIL)
            study.add_trial(told)
        else:
            study.tell(trial, value)
        if best is None or value < best:
            best, found = value, config
    return found


def ask_chimera(program, table, setting, budget, seeds, extra):
    command = [program, "tune", "--replay", str(table.path), "--budget-seconds", repr(budget), "--seed", "1", "--seeds", str(seeds), "--json", *extra]
    if setting == "recorded":
        command += ["--cost", "recorded"]
    else:
        command += ["--load-seconds", str(LOAD), "--switch-seconds", str(SWITCH), "--rep-seconds", str(REPETITION), "--reload-params", ",".join(RELOAD)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    for line in done.stdout.splitlines():
        yield json.loads(line)


def judge(table, answer, budget):
    """Regret, size of the tied set, whether it holds the best of what was measured, and whether the charge is right."""
    def key(config):
        return tuple(config[k] for k in table.keys)
    measured = {key(step["config"]) for step in answer["trace"] if step["values"]}
    best = min(measured, key=table.truth.get)
    tied = [key(one["config"]) for one in answer["tied"]]
    assert answer["charged_seconds"] <= budget + 1e-6, "more charged than there was"
    return {"regret": table.regret(key(answer["incumbent"]["config"])), "size": len(tied), "covered": best in tied, "measured": len(measured),
            "steps": len(answer["trace"]), "chosen_among": table.regret(best), "suggestion_seconds": answer.get("suggestion_seconds")}


def run(method, program, table, setting, seeds):
    recorded = setting == "recorded"
    budget = table.recorded_budget if recorded else SETTINGS[setting]
    if method == "tpe":
        return [{"regret": table.regret(tpe(table, Charge(table, recorded, budget, seed), seed))} for seed in range(1, seeds + 1)]
    extra = []
    if method in ("random", "grid"):
        extra = ["--strategy", method]
    elif method.startswith("without "):
        extra = ["--without", method[8:]]
    return [judge(table, answer, budget) for answer in ask_chimera(program, table, setting, budget, seeds, extra)]


def better(mine, theirs):
    """P(a run of mine has less regret than one of theirs), ties counted half."""
    return statistics.mean((a["regret"] < b["regret"]) + 0.5 * (a["regret"] == b["regret"]) for a in mine for b in theirs)


def markdown(results, tables, settings, methods):
    """The tables of docs/tuning.md."""
    for setting in settings:
        yield f"\n**{setting}**, median regret in percent; behind it, of chimera's own: runs whose set holds the best that was measured, median size of the set\n"
        yield "| method | runs | " + " | ".join(tables) + " | mean | better than TPE | holds the best | size |"
        yield "| :-- | --: |" + " --: |" * len(tables) + " --: | :-- | :-- | :-- |"
        for method in methods:
            row = [results.get(f"{setting}|{table}|{method}") for table in tables]
            if not all(row):
                continue
            medians = [statistics.median(r["regret"] for r in runs) for runs in row]
            rival = [results.get(f"{setting}|{table}|tpe") for table in tables]
            wins = " ".join(f"{better(mine, theirs):.2f}" for mine, theirs in zip(row, rival)) if method != "tpe" and all(rival) else ""
            own = "size" in row[0][0] and method not in ("random", "grid")
            covered = " ".join(f"{100 * statistics.mean(r['covered'] for r in runs):.0f} %" for runs in row) if own else ""
            sizes = " ".join(f"{statistics.median(r['size'] for r in runs):.0f}" for runs in row) if own else ""
            yield (f"| {method} | {min(len(runs) for runs in row)} | " + " | ".join(f"{100 * m:.1f}" for m in medians)
                   + f" | {100 * statistics.mean(medians):.1f} | {wins} | {covered} | {sizes} |")


def write(path, lines):
    """Between the marks of a Markdown file."""
    text = path.read_text()
    head, rest = text.split("<!-- evaluation -->\n", 1)
    tail = rest.split("<!-- /evaluation -->", 1)[1]
    path.write_text(head + "<!-- evaluation -->\n" + "\n".join(lines).strip() + "\n<!-- /evaluation -->" + tail)


def summary(results, tables, settings, methods):
    """Lines of text: per setting and method the median regret of each table and their mean."""
    for setting in settings:
        yield f"\n{setting}: median regret in percent"
        for method in methods:
            row = [results.get(f"{setting}|{table}|{method}") for table in tables]
            if not all(row):
                continue
            medians = [statistics.median(r["regret"] for r in runs) for runs in row]
            line = f"  {method:22} " + " ".join(f"{100 * m:7.2f}" for m in medians) + f"   mean {100 * statistics.mean(medians):6.2f}"
            line += "  p90 " + " ".join(f"{100 * sorted(r['regret'] for r in runs)[int(0.9 * len(runs))]:6.1f}" for runs in row)
            if "size" in row[0][0]:
                line += "  size " + " ".join(f"{statistics.median(r['size'] for r in runs):.0f}" for runs in row)
                line += "  covered " + " ".join(f"{100 * statistics.mean(r['covered'] for r in runs):.0f}" for runs in row)
                line += "  measured " + " ".join(f"{statistics.median(r['measured'] for r in runs):.0f}" for runs in row)
            rival = [results.get(f"{setting}|{table}|tpe") for table in tables]
            if method != "tpe" and all(rival):
                wins = [better(mine, theirs) for mine, theirs in zip(row, rival)]
                line += "  P(better than tpe) " + " ".join(f"{w:.2f}" for w in wins)
            yield line


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--chimera", required=True)
    parser.add_argument("--tables", required=True, type=pathlib.Path)
    parser.add_argument("--seeds", type=int, default=40)
    parser.add_argument("--only", default=",".join(SETTINGS))
    parser.add_argument("--methods", default=",".join(METHODS))
    parser.add_argument("--store", type=pathlib.Path)
    parser.add_argument("--write", type=pathlib.Path)
    arguments = parser.parse_args()
    tables = [Table(path) for path in sorted(arguments.tables.glob("*.json*"))]
    results = json.loads(arguments.store.read_text()) if arguments.store and arguments.store.exists() else {}
    for setting in arguments.only.split(","):
        for method in arguments.methods.split(","):
            for table in tables:
                name = f"{setting}|{table.name}|{method}"
                if len(results.get(name, [])) >= arguments.seeds:
                    continue
                began = time.monotonic()
                results[name] = run(method, arguments.chimera, table, setting, arguments.seeds)
                print(f"{name}: {time.monotonic() - began:.0f} s", file=sys.stderr)
                if arguments.store:
                    arguments.store.write_text(json.dumps(results))
    print("\n".join(summary(results, [t.name for t in tables], arguments.only.split(","), arguments.methods.split(","))))
    if arguments.write:
        write(arguments.write, list(markdown(results, [t.name for t in tables], arguments.only.split(","), arguments.methods.split(","))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
