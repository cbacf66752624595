#!/usr/bin/env python3
"""Builds Chimera and runs its checks and tests; ./check installs what that needs first.

The last line is `N passed, N failed, N skipped`; every skip is listed with its reason. Exit 0 where nothing failed,
1 where something did, 2 for wrong usage.
"""

import argparse
import sys
import time

import checks


def parse(arguments):
    parser = argparse.ArgumentParser(prog="./check", description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--full", action="store_true", help="also the long steps: tidy, sanitizers, fuzzing, cold start")
    parser.add_argument("--require-all", action="store_true", help="a skip is a failure")
    parser.add_argument("--only", action="append", metavar="NAME", help="run this step only; may be repeated")
    parser.add_argument("--list", action="store_true", help="list the steps")
    options = parser.parse_args(arguments)
    unknown = set(options.only or ()) - {step.name for step in checks.STEPS}
    if unknown:
        parser.error(f"no step is called {', '.join(sorted(unknown))}; --list shows them")
    return options


def chosen(options):
    for step in checks.STEPS:
        if options.only:
            needed = any(s.name in options.only and s.needs_build for s in checks.STEPS)
            if step.name in options.only or (step.name == "build" and needed):
                yield step
        elif options.full or not step.long:
            yield step


def run(step, built):
    """The step's results, printed as they come; an exception in a check is a failure of that check."""
    results = []
    started = time.monotonic()
    print(f"== {step.name}: {step.what}", flush=True)
    try:
        if step.needs_build and not built:
            results.append(checks.Result(step.name, "skipped", "the build failed"))
        else:
            for result in step.run():
                results.append(result)
                if result.outcome == "failed":
                    print(f"FAILED {result.name}\n{result.detail}\n", flush=True)
    except Exception as error:  # noqa: BLE001: the other steps still run
        results.append(checks.Result(step.name, "failed", repr(error)))
        print(f"FAILED {step.name}: {error!r}", flush=True)
    print(f"   {tally(results)} ({time.monotonic() - started:.1f} s)", flush=True)
    return results


def telling_line(detail):
    """The line of a detail that says most: the first that speaks of an error, else the first."""
    lines = [line.strip() for line in detail.splitlines() if line.strip()] or [""]
    return next((line for line in lines if "error:" in line.lower()), lines[0])


def tally(results):
    count = {outcome: sum(r.outcome == outcome for r in results) for outcome in ("passed", "failed", "skipped")}
    return f"{count['passed']} passed, {count['failed']} failed, {count['skipped']} skipped"


def main():
    options = parse(sys.argv[1:])
    if options.list:
        for step in checks.STEPS:
            print(f"{step.name:10} {step.what}{' (--full)' if step.long else ''}")
        return 0
    results = []
    built = True
    for step in chosen(options):
        done = run(step, built)
        if step.name == "build":
            built = all(r.outcome == "passed" for r in done)
        if options.require_all:
            done = [checks.Result(r.name, "failed", f"skipped, with --require-all: {r.detail}")
                    if r.outcome == "skipped" else r for r in done]
        results += done

    failed = [r for r in results if r.outcome == "failed"]
    for outcome in ("skipped", "failed"):
        those = [r for r in results if r.outcome == outcome]
        if those:
            print(f"\n{outcome}:")
            for result in those:
                print(f"  {result.name}: {telling_line(result.detail)}")
    print()
    print(tally(results))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
