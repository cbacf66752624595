"""The steps of ./check, in their order. Each yields Results; tools/check.py runs, counts and prints them."""

import concurrent.futures
import dataclasses
import importlib.util
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import unittest
import xml.etree.ElementTree
from typing import Callable, Iterator

import bounded
import cases
import check_arrows
import check_codes
import check_style
import docs_commands

ROOT = pathlib.Path(__file__).resolve().parents[1]
BUILD = ROOT / "build/dev"
JOBS = os.cpu_count() or 1
TEST_TIMEOUT_S = 900
TEST_MODEL = "smollm2:135m"
MODEL_TIMEOUT_S = 300


@dataclasses.dataclass
class Result:
    name: str
    outcome: str  # passed, failed, skipped
    detail: str = ""


@dataclasses.dataclass
class Step:
    name: str
    what: str
    run: Callable[[], Iterator[Result]]
    needs_build: bool = False
    long: bool = False


def shared_folder():
    """The folder of shared corpora: $CHIMERA_SHARED, or `shared` beside the checkout or its main worktree; or None."""
    candidates = [os.environ.get("CHIMERA_SHARED"), ROOT.parent / "shared"]
    git = subprocess.run(["git", "-C", str(ROOT), "rev-parse", "--path-format=absolute", "--git-common-dir"],
                         capture_output=True, text=True, check=False) if (ROOT / ".git").is_file() else None
    if git and git.returncode == 0:
        candidates.append(pathlib.Path(git.stdout.strip()).parent.parent / "shared")
    for candidate in candidates:
        if candidate and (pathlib.Path(candidate) / "corpora").is_dir():
            return pathlib.Path(candidate)
    return None


def test_environment(build):
    environment = {**os.environ, "CHIMERA": str(build / "bin/chimera"), "LC_ALL": "C.UTF-8", "TZ": "UTC",
                   "CHIMERA_PICTURES": "none"}  # a second of Node for each report; tests/page_test.py asks for them
    if shared_folder():
        environment["CHIMERA_SHARED"] = str(shared_folder())
    return environment


def from_problems(name, problems):
    """One result for a check that gives a list of problems."""
    problems = list(problems)
    yield Result(name, "failed" if problems else "passed", "\n".join(problems))


def command(name, *arguments, tail=60, **options):
    """One result for a command: passed where it exits with 0; its output is the detail where not."""
    done = subprocess.run([str(a) for a in arguments], cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, errors="replace", check=False, **options)
    return Result(name, "failed" if done.returncode else "passed", "\n".join(done.stdout.splitlines()[-tail:]))


def build_preset(preset, *targets):
    configured = command(f"configure {preset}", "cmake", "--preset", preset)
    yield configured
    if configured.outcome == "passed":
        yield command(f"build {preset}", "cmake", "--build", f"build/{preset}", "--parallel", JOBS,
                      *(("--target", *targets) if targets else ()))


def build():
    return build_preset("dev")


def model():
    """Brings the model of the tests of the embedded engine, 93 MB, into the user's cache; they skip where it cannot be had."""
    name = f"{TEST_MODEL} is here"
    try:
        brought = command(name, BUILD / "bin/chimera", "model", "get", TEST_MODEL, timeout=MODEL_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        brought = Result(name, "failed", f"it was not fetched within {MODEL_TIMEOUT_S} s")
    yield brought if brought.outcome == "passed" else Result(name, "skipped", (brought.detail.splitlines() or ["it could not be fetched"])[-1])


def headers():
    yield command("every header alone", "cmake", "--build", BUILD, "--target", "headers_alone", "--parallel", JOBS)


def arrows():
    return from_problems("arrows", check_arrows.find_problems(ROOT))


def codes():
    return from_problems("diagnostic codes", check_codes.find_problems_in(ROOT))


def style():
    return from_problems("style", check_style.find_problems(ROOT))


def read_gtest(program, report):
    """The results of one GoogleTest program from its XML report."""
    for case in xml.etree.ElementTree.parse(report).iter("testcase"):
        name = f"{program}: {case.get('classname')}.{case.get('name')}"
        failures = [failure.get("message", "") for failure in case.findall("failure")]
        skipped = case.find("skipped")
        if failures:
            yield Result(name, "failed", "\n".join(failures))
        elif skipped is not None:  # the first line is the place
            yield Result(name, "skipped", skipped.get("message", "").partition("\n")[2].strip() or "no reason given")
        elif case.get("status") == "notrun":
            yield Result(name, "skipped", "disabled")
        else:
            yield Result(name, "passed")


def run_test(test, build_folder):
    """The results of one test that ctest knows: each case of a GoogleTest program, or one of another program."""
    name, arguments = test["name"], list(test["command"])
    folder = next((p["value"] for p in test.get("properties", ()) if p["name"] == "WORKING_DIRECTORY"), build_folder)
    with tempfile.TemporaryDirectory(prefix="check") as scratch:
        report = pathlib.Path(scratch) / "report.xml"
        if name.endswith("_test"):
            arguments.append(f"--gtest_output=xml:{report}")
        try:
            done = bounded.run(arguments, TEST_TIMEOUT_S, cwd=folder, env=test_environment(build_folder), text=True,
                               stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, errors="replace")
        except subprocess.TimeoutExpired:
            return [Result(name, "failed", f"no end after {TEST_TIMEOUT_S} s")]
        results = list(read_gtest(name, report)) if report.exists() else []
    if done.returncode and not any(r.outcome == "failed" for r in results):
        results.append(Result(name, "failed", f"exit {done.returncode}\n{done.stdout[-4000:]}"))
    return results or [Result(name, "passed")]


def run_ctest(build_folder):
    listing = subprocess.run(["ctest", "--test-dir", str(build_folder), "--show-only=json-v1"], cwd=ROOT, text=True,
                             capture_output=True, check=True)
    tests = json.loads(listing.stdout)["tests"]
    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        for results in pool.map(lambda test: run_test(test, build_folder), tests):
            yield from results


def unit():
    return run_ctest(BUILD)


class Collector(unittest.TestResult):
    """Turns what unittest reports into Results; a test with failing subtests fails once."""

    def __init__(self, file):
        super().__init__()
        self.file, self.results = file, {}
        self.buffer = True

    def note(self, test, outcome, detail=""):
        name = f"{self.file}: {test.id().split('.', 1)[-1]}"
        known = self.results.get(name)
        if known is None or known.outcome == "passed":
            self.results[name] = Result(name, outcome, detail)

    def addSuccess(self, test):
        self.note(test, "passed")

    def addSkip(self, test, reason):
        self.note(test, "skipped", reason)

    def addFailure(self, test, err):
        self.note(test, "failed", self._exc_info_to_string(err, test))

    addError = addFailure

    def addSubTest(self, test, subtest, err):
        if err is not None:
            self.note(test, "failed", f"{subtest}\n{self._exc_info_to_string(err, test)}")


def unittest_file(path):
    """The results of one file, as a module of its own; one that cannot be loaded has failed."""
    os.environ.update(test_environment(BUILD))
    file = path.relative_to(ROOT).as_posix()
    spec = importlib.util.spec_from_file_location(file.replace("/", "_").removesuffix(".py"), path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    try:
        spec.loader.exec_module(module)
    except Exception as error:  # noqa: BLE001: the other files still run
        return [Result(file, "failed", repr(error))]
    collector = Collector(file)
    started = time.monotonic()
    unittest.defaultTestLoader.loadTestsFromModule(module).run(collector)
    seconds = time.monotonic() - started
    if seconds > 20:
        print(f"   {file}: {seconds:.0f} s", flush=True)
    return list(collector.results.values())


def run_unittests(folder, jobs=JOBS, without=None):
    """Every *_test.py below the folder but those below `without`, several at a time: much of theirs is waiting."""
    files = sorted(path for path in folder.rglob("*_test.py") if without not in path.parents)
    with concurrent.futures.ProcessPoolExecutor(jobs) as pool:
        for results in pool.map(unittest_file, files):
            yield from results


def tools():
    return run_unittests(ROOT / "tools/tests")


def scripts():
    return run_unittests(ROOT / "tests", without=ROOT / "tests/full")


def servers():
    """Programs that others wrote and that take minutes to build, once; one test at a time, as each of them wants the processors."""
    if (ROOT / ".cache/llama/gitRelease.bundle").is_file():
        yield command("llama-server is built", "bench/build_llama_tools", ROOT / ".cache/llama-tools", "server")
    else:
        yield Result("llama-server is built", "skipped", "tools/fetch_archives llama brings its source")
    yield from unittest_file(ROOT / "tests/full/llama_server_test.py")


def large():
    yield from unittest_file(ROOT / "tests/full/large_file_test.py")


def data(build_folder=BUILD):
    shared = shared_folder()
    program = build_folder / "bin/chimera"

    def one(case):
        name, folder, file = case
        if cases.needs_shared(file) and not shared:
            return Result(name, "skipped", "../shared is not there")
        problem = cases.difference(folder, cases.run(folder, file, ROOT, program, shared))
        return Result(name, "failed" if problem else "passed", problem)

    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        yield from pool.map(one, cases.find(ROOT))


def faults():
    """Faults of a cluster, one after another: each needs the machine to itself."""
    yield from unittest_file(ROOT / "tests/cluster/faults.py")


def docs():
    for page in docs_commands.pages(ROOT):
        for name, problem in docs_commands.run_page(page, ROOT, BUILD / "bin/chimera"):
            yield Result(name, "failed" if problem else "passed", problem)


def tidy():
    yield from build_preset("clang")
    sources = sorted(p for p in (ROOT / "src").rglob("*.cc"))

    def one(path):
        return command(f"clang-tidy {path.relative_to(ROOT)}", "clang-tidy-14", "--quiet", "-p", "build/clang", path)

    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        yield from pool.map(one, sources)


def sanitizers():
    os.environ.setdefault("ASAN_OPTIONS", "allocator_may_return_null=1")  # as malloc does, which a test asks for more than there is
    asan = ROOT / "build/asan"
    built = list(build_preset("asan"))
    yield from built
    if built[-1].outcome == "passed":
        for result in [*run_ctest(asan), *data(asan)]:
            yield dataclasses.replace(result, name=f"asan: {result.name}")


def fuzzing():
    seconds = int(os.environ.get("CHIMERA_FUZZ_SECONDS", "60"))
    built = list(build_preset("fuzz"))
    yield from built
    if built[-1].outcome != "passed":
        return
    for source in sorted((ROOT / "fuzz").glob("*.cc")):
        found = ROOT / "build/fuzz/found" / source.stem
        found.mkdir(parents=True, exist_ok=True)
        saved = [p for p in [ROOT / "fuzz/corpus" / source.stem] if p.is_dir()]
        yield command(f"fuzz {source.stem} for {seconds} s", f"build/fuzz/bin/fuzz_{source.stem}",
                      f"-max_total_time={seconds}", "-timeout=10", "-rss_limit_mb=2048", "-print_final_stats=1",
                      f"-artifact_prefix={found}/", found, *saved)


def from_script(name, script):
    """A result of a script that exits with 0, with 77 where it cannot run here (its last line says why), or fails."""
    result = command(name, ROOT / script)
    done = result.detail.strip().splitlines()[-1:] or [""]
    if result.outcome == "failed" and done[0].startswith("skipped: "):
        return Result(name, "skipped", done[0].removeprefix("skipped: "))
    return result


def package():
    yield from_script("the tarball runs from another folder", "tools/package")


def cold():
    yield from_script("the two commands on a bare machine", "tools/cold_check")


STEPS = [
    Step("build", "the program and its tests, warnings as errors", build),
    Step("model", "a small model for the tests of the embedded engine", model, needs_build=True),
    Step("headers", "every header compiles alone", headers, needs_build=True),
    Step("arrows", "includes follow the arrows between rooms", arrows),
    Step("codes", "diagnostic codes against docs/diagnostics.md", codes),
    Step("style", "lengths, header comments, no machine paths", style),
    Step("unit", "unit tests, laws and fuzz replays", unit, needs_build=True),
    Step("data", "data-folder tests of the program", data, needs_build=True),
    Step("scripts", "tests in Python under tests/", scripts, needs_build=True),
    Step("docs", "the commands in README.md and docs/", docs, needs_build=True),
    Step("tools", "the launcher and the checks themselves", tools),
    Step("faults", "nodes, controllers and tasks that die, on a private cluster", faults, needs_build=True, long=True),
    Step("tidy", "clang-tidy over all sources", tidy, long=True),
    Step("asan", "all tests with address and undefined-behaviour sanitizers", sanitizers, long=True),
    Step("fuzz", "every fuzz target with libFuzzer", fuzzing, long=True),
    Step("servers", "against a real llama-server, built once", servers, needs_build=True, long=True),
    Step("large", "files of ten gigabytes into a store, in little memory", large, needs_build=True, long=True),
    Step("package", "the relocatable tarball", package, long=True),
    Step("cold", "README's two commands in a fresh chroot", cold, long=True),
]
