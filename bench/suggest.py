#!/usr/bin/env python3
"""What a suggestion costs after 100, 1,000 and 10,000 trials: chimera tune (build/bench/bin/bench_suggest) beside Optuna's TPE.

    bench/suggest.py

Processor time of asking for a configuration of eight parameters (34,560 in all) and telling its value. Optuna must be importable;
without it only chimera's is printed.
"""
import pathlib
import random
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
SIZES = (4, 3, 6, 5, 4, 3, 4, 2)
SUGGESTIONS = 10


def of_optuna(trials):
    import optuna
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=1))
    parameters = {f"p{i}": optuna.distributions.IntDistribution(0, size - 1) for i, size in enumerate(SIZES)}
    draw = random.Random(1)
    study.add_trials([optuna.trial.create_trial(params={name: draw.randrange(of.high + 1) for name, of in parameters.items()}, distributions=parameters, value=draw.random())
                      for _ in range(trials)])
    began = time.process_time()
    for _ in range(SUGGESTIONS):
        trial = study.ask()
        for name, of in parameters.items():
            trial.suggest_int(name, 0, of.high)
        study.tell(trial, draw.random())
    return 1e3 * (time.process_time() - began) / SUGGESTIONS


def main():
    done = subprocess.run([ROOT / "build/bench/bin/bench_suggest"], check=True, capture_output=True, text=True)
    print("| trials | chimera | Optuna's TPE |\n|--:|--:|--:|")
    for line in done.stdout.splitlines():
        trials, milliseconds = line.split()
        try:
            other = f"{of_optuna(int(trials)):.1f} ms"
        except ImportError:
            other = "not installed"
        print(f"| {int(trials):,} | {float(milliseconds):.1f} ms | {other} |")


if __name__ == "__main__":
    main()
