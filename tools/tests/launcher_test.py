"""Tests of ./chimera, on a checkout whose program is ten lines long."""

import os
import pathlib
import shutil
import subprocess
import tempfile
import threading
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]

CMAKE = """cmake_minimum_required(VERSION 3.25)
project(tiny LANGUAGES CXX)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
add_executable(chimera src/main.cc)
"""
PRESETS = """{"version": 6, "configurePresets": [{"name": "release", "generator": "Ninja",
  "binaryDir": "${sourceDir}/build/release"}]}
"""
MAIN = """#include <cstdio>
#include <unistd.h>
int main(int argc, char** argv) {
  char cwd[4096];
  std::puts(getcwd(cwd, sizeof cwd));
  for (int i = 1; i < argc; ++i) std::printf("[%s]\\n", argv[i]);
  for (int c; (c = std::getchar()) != EOF;) std::putchar(c);
  return 5;
}
"""


class Checkout:
    """A checkout of the launcher around a tiny program, in a folder whose path has a space."""

    def __init__(self, main=MAIN):
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="launcher "))
        self.root = self.home / "my checkout"
        (self.root / "src").mkdir(parents=True)
        (self.root / "tools").mkdir()
        shutil.copy(ROOT / "chimera", self.root)
        launcher = (ROOT / "tools/launcher.sh").read_text()
        (self.root / "tools/launcher.sh").write_text(launcher.replace('build_archives="duckdb"', "build_archives="))
        shutil.copytree(ROOT / "deps", self.root / "deps")
        (self.root / "CMakeLists.txt").write_text(CMAKE)
        (self.root / "CMakePresets.json").write_text(PRESETS)
        (self.root / "src/main.cc").write_text(main)
        self.log = self.root / "build/release/launcher.log"

    def run(self, *args, command=None, cwd=None, stdin="", env=None, prefix=()):
        return subprocess.run([*prefix, str(command or self.root / "chimera"), *args], cwd=cwd or self.home,
                              input=stdin, env={**os.environ, **(env or {})}, capture_output=True, text=True)

    def fake_commands(self, **scripts):
        """Shell scripts that stand in for commands; returns the environment that finds them first."""
        folder = self.home / "fake"
        folder.mkdir(exist_ok=True)
        for name, text in scripts.items():
            path = folder / name.replace("_", "-")
            path.write_text("#!/bin/sh\n" + text)
            path.chmod(0o755)
        return {"PATH": f"{folder}:{os.environ['PATH']}"}

    def remove(self):
        shutil.rmtree(self.home, ignore_errors=True)


class BuiltCheckout(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.checkout = Checkout()
        cls.first = cls.checkout.run("a b", "", "*", stdin="in\n")

    @classmethod
    def tearDownClass(cls):
        cls.checkout.remove()

    def test_the_first_start_builds_and_keeps_standard_output_clean(self):
        self.assertEqual(self.first.stdout, f"{self.checkout.home}\n[a b]\n[]\n[*]\nin\n", self.first.stderr)
        self.assertIn("building for the first time", self.first.stderr)

    def test_the_exit_code_is_that_of_the_program(self):
        self.assertEqual(self.first.returncode, 5)

    def test_a_later_start_says_nothing_and_builds_nothing(self):
        before = self.checkout.log.stat().st_mtime_ns
        done = self.checkout.run()
        self.assertEqual((done.returncode, done.stderr), (5, ""))
        self.assertEqual(self.checkout.log.stat().st_mtime_ns, before)

    def test_it_is_found_through_chains_of_symbolic_links_and_the_path(self):
        other = self.checkout.home / "bin dir"
        other.mkdir()
        (other / "one").symlink_to("../my checkout/chimera")
        (other / "two").symlink_to(other / "one")
        for command, env in ((other / "two", {}), ("one", {"PATH": f"{other}:{os.environ['PATH']}"}),
                             ("./two", {})):
            done = self.checkout.run("x", command=command, cwd=other, env=env)
            self.assertEqual(done.stdout, f"{other}\n[x]\n", done.stderr)

    def test_it_runs_as_an_argument_of_sh(self):
        done = self.checkout.run("chimera", "x", command="sh", cwd=self.checkout.root)
        self.assertEqual(done.stdout, f"{self.checkout.root}\n[x]\n", done.stderr)

    def test_a_refused_platform_is_named_only_where_something_must_be_built(self):
        env = self.checkout.fake_commands(uname="echo Darwin")
        self.assertEqual(self.checkout.run(env=env).returncode, 5)


class ChangingCheckout(unittest.TestCase):
    def setUp(self):
        self.checkout = Checkout()
        self.addCleanup(self.checkout.remove)

    def test_a_changed_source_is_built_before_the_next_start(self):
        self.checkout.run()
        time.sleep(0.02)
        (self.checkout.root / "src/main.cc").write_text(MAIN.replace("return 5", "return 1"))
        self.assertEqual(self.checkout.run().returncode, 1)

    def test_a_moved_checkout_is_built_anew(self):
        self.checkout.run()
        moved = self.checkout.home / "moved"
        self.checkout.root.rename(moved)
        time.sleep(0.02)
        (moved / "src/main.cc").write_text(MAIN.replace("return 5", "return 1"))
        done = self.checkout.run(command=moved / "chimera")
        self.assertEqual(done.returncode, 1, done.stderr)

    def test_a_failing_build_shows_its_end_and_names_the_log(self):
        (self.checkout.root / "src/main.cc").write_text("int main() { return undeclared; }\n")
        done = self.checkout.run()
        self.assertEqual((done.returncode, done.stdout), (70, ""))
        self.assertIn("undeclared", done.stderr)
        self.assertIn(str(self.checkout.log), done.stderr)

    def test_a_failing_build_does_not_run_the_old_program(self):
        self.checkout.run()
        time.sleep(0.02)
        (self.checkout.root / "src/main.cc").write_text("broken")
        for _ in range(2):
            self.assertEqual(self.checkout.run().returncode, 70)

    def test_starts_at_the_same_time_build_once(self):
        results = []
        threads = [threading.Thread(target=lambda: results.append(self.checkout.run())) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual([r.returncode for r in results], [5, 5, 5])
        self.assertEqual(sum("first time" in r.stderr for r in results), 1)

    def test_a_checkout_that_cannot_be_written_is_refused_until_told_where_to_build(self):
        self.checkout.home.chmod(0o755)
        self.checkout.root.chmod(0o555)
        self.addCleanup(self.checkout.root.chmod, 0o755)
        nobody = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups") if os.geteuid() == 0 else ()
        done = self.checkout.run(prefix=nobody)
        self.assertEqual(done.returncode, 69, done.stderr)
        self.assertIn("CHIMERA_BUILD_DIR", done.stderr)
        elsewhere = self.checkout.home / "else where"
        elsewhere.mkdir(mode=0o777)
        elsewhere.chmod(0o777)
        done = self.checkout.run(prefix=nobody, env={"CHIMERA_BUILD_DIR": str(elsewhere), "HOME": str(elsewhere)})
        self.assertEqual(done.returncode, 5, done.stderr)


class MissingPackages(unittest.TestCase):
    """apt, dpkg and sudo are played by scripts: nothing is installed."""

    PLAN = """
echo "$@" >>"$CALLS"
case "$*" in
  *--assume-no*)
    echo '0 upgraded, 7 newly installed, 0 to remove and 0 not upgraded.'
    echo 'Need to get 12.3 MB of archives.'
    echo 'After this operation, 45.6 MB of additional disk space will be used.'
    echo 'Abort.'
    exit 1 ;;
esac
exit ${APT_EXIT:-0}
"""
    DPKG = "shift 3; for p; do [ $p = cmake ] || echo \"installed $p\"; done"

    def setUp(self):
        self.checkout = Checkout()
        self.addCleanup(self.checkout.remove)
        self.calls = self.checkout.home / "calls"
        self.env = self.checkout.fake_commands(apt_get=self.PLAN, dpkg_query=self.DPKG, id="echo 0")
        self.env["CALLS"] = str(self.calls)
        self.env["CHIMERA_OS_RELEASE"] = "/nowhere"

    def test_what_is_missing_is_named_with_its_size_and_installed(self):
        done = self.checkout.run(env=self.env)
        self.assertEqual(done.returncode, 5, done.stderr)
        self.assertIn("missing packages: cmake\n", done.stderr)
        self.assertIn("installing 7 packages with apt: 12.3 MB to fetch, 45.6 MB on disk", done.stderr)
        self.assertIn("install cmake", self.calls.read_text().splitlines()[-1])

    def test_a_failed_installation_is_tried_with_fresh_lists_then_refused(self):
        done = self.checkout.run(env={**self.env, "APT_EXIT": "100"})
        self.assertEqual((done.returncode, done.stdout), (69, ""))
        self.assertIn("update", self.calls.read_text())
        self.assertIn(str(self.checkout.log), done.stderr)

    def test_without_root_and_terminal_sudo_is_used_without_asking(self):
        env = {**self.env, **self.checkout.fake_commands(id="echo 1000", sudo="echo sudo \"$1\" >>\"$CALLS\"; shift; \"$@\"")}
        done = self.checkout.run(env=env)
        self.assertEqual(done.returncode, 5, done.stderr)
        self.assertIn("sudo -n\n", self.calls.read_text())

    def test_old_releases_and_other_systems_are_refused_with_a_sentence(self):
        old = self.checkout.home / "os-release"
        for text, word in (("ID=debian\nVERSION_ID=11\n", "debian 11"), ("ID=ubuntu\nVERSION_ID=\"22.04\"\n", "ubuntu 22.04")):
            old.write_text(text)
            done = self.checkout.run(env={**self.env, "CHIMERA_OS_RELEASE": str(old)})
            self.assertEqual(done.returncode, 69)
            self.assertIn(word, done.stderr)
        for system, word in (("Darwin", "this is Darwin"), ("riscv64", "this machine is riscv64")):
            fake = f'[ "$1" = -s ] && [ {system} != Darwin ] && echo Linux || echo {system}'
            done = self.checkout.run(env=self.checkout.fake_commands(uname=fake))
            self.assertEqual(done.returncode, 69)
            self.assertIn(word, done.stderr)


if __name__ == "__main__":
    unittest.main()
