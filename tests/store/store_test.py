"""Stores as their users meet them: ingested again and again, killed, held by others, damaged, on a full disk."""

import json
import os
import pathlib
import random
import resource
import shutil
import subprocess
import tempfile
import time
import unittest

try:
    import jsonschema
except ImportError:
    jsonschema = None

ROOT = pathlib.Path(__file__).resolve().parents[2]
CHIMERA = os.environ.get("CHIMERA", str(ROOT / "build/dev/bin/chimera"))
LONG_AGO = 1700000000


def write(path, text, when=LONG_AGO):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    os.utime(path, (when, when))


def table(rows, seed=0):
    draw = random.Random(seed)
    lines = [f"model-{seed % 3},{8 * (1 + r % 4)},{draw.uniform(20, 80):.2f},{draw.uniform(0.1, 2):.4f}" for r in range(rows)]
    return "model,num_gpu,tokens_per_second,ttft_s\n" + "\n".join(lines) + "\n"


class StoreCase(unittest.TestCase):
    def setUp(self):
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="store "))
        self.addCleanup(shutil.rmtree, self.home, True)
        self.store = self.home / "s.duckdb"
        self.tree = self.home / "results"

    def chimera(self, *arguments, **options):
        return subprocess.run([CHIMERA, *map(str, arguments)], capture_output=True, text=True, check=False, cwd=self.home,
                              timeout=300, **options)

    def ingest(self, *roots, **options):
        done = self.chimera("ingest", *(roots or [self.tree]), "--store", self.store, "--json", **options)
        self.assertEqual(done.returncode, 0, done.stderr)
        found = json.loads(done.stdout)
        return {name: found[name] for name in ("new", "changed", "unchanged", "deleted")}

    def ask(self, sql):
        done = self.chimera("query", sql, "--store", self.store, "--format", "json")
        self.assertEqual(done.returncode, 0, done.stderr)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def facts(self, *inputs):
        done = self.chimera("facts", *inputs, "--json", "--quiet")
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout


class Incremental(StoreCase):
    def test_only_what_changed_is_read_again(self):
        for n in range(5):
            write(self.tree / f"{n}.csv", table(4, n))
        self.assertEqual(self.ingest(), {"new": 5, "changed": 0, "unchanged": 0, "deleted": 0})
        self.assertEqual(self.ingest(), {"new": 0, "changed": 0, "unchanged": 5, "deleted": 0})
        write(self.tree / "1.csv", table(7, 1), LONG_AGO + 9)
        (self.tree / "2.csv").unlink()
        write(self.tree / "more/new.csv", table(1, 9))
        self.assertEqual(self.ingest(), {"new": 1, "changed": 1, "unchanged": 3, "deleted": 1})
        self.assertEqual(self.facts(self.store), self.facts(self.tree))
        rows = self.ask("SELECT path, count(DISTINCT record) AS n FROM facts GROUP BY path ORDER BY path")
        self.assertEqual({r["path"]: r["n"] for r in rows}, {"0.csv": 4, "1.csv": 7, "3.csv": 4, "4.csv": 4, "more/new.csv": 1})
        self.assertEqual(self.ask("SELECT path FROM artifacts WHERE state = 'deleted'"), [{"path": "2.csv"}])

    @unittest.skipIf(jsonschema is None, "python3-jsonschema is not installed")
    def test_the_summary_follows_its_schema(self):
        write(self.tree / "a.csv", table(3))
        done = self.chimera("ingest", self.tree, "--store", self.store, "--json")
        jsonschema.validate(json.loads(done.stdout), json.loads((ROOT / "schema/ingest.schema.json").read_text()))

    def test_a_file_that_comes_back_is_not_read_again(self):
        write(self.tree / "a.csv", table(3))
        write(self.tree / "b.csv", table(3, 1))
        self.ingest()
        away = self.home / "away"
        (self.tree / "b.csv").rename(away)
        self.assertEqual(self.ingest()["deleted"], 1)
        away.rename(self.tree / "b.csv")
        self.assertEqual(self.ingest(), {"new": 0, "changed": 0, "unchanged": 2, "deleted": 0})
        self.assertEqual(self.ask("SELECT count(*) AS n FROM artifacts WHERE state = 'current'"), [{"n": 2}])

    def test_other_bytes_of_the_same_size_and_time_are_seen_when_the_time_is_fresh(self):
        now = time.time()
        write(self.tree / "a.csv", "model,ttft_s\nm,0.25\n", now)
        self.ingest()
        write(self.tree / "a.csv", "model,ttft_s\nm,0.75\n", now)
        self.assertEqual(self.ingest()["changed"], 1)
        self.assertEqual(self.ask("SELECT value FROM facts"), [{"value": 0.75}])

    def test_a_new_time_on_the_same_bytes_changes_nothing(self):
        write(self.tree / "a.csv", table(3))
        self.ingest()
        before = self.ask("SELECT artifact FROM artifacts")
        os.utime(self.tree / "a.csv", (LONG_AGO + 50, LONG_AGO + 50))
        self.assertEqual(self.ingest()["unchanged"], 1)
        self.assertEqual(self.ask("SELECT artifact FROM artifacts"), before)

    def test_a_folder_that_is_given_twice_is_read_once(self):
        write(self.tree / "a.csv", table(3))
        for new, unchanged in ((1, 0), (0, 1), (0, 1)):
            done = self.chimera("ingest", self.tree, f"{self.tree}/.", "--store", self.store, "--json")
            summary = json.loads(done.stdout)
            self.assertEqual((summary["new"], summary["unchanged"], summary["deleted"]), (new, unchanged, 0))
        self.assertEqual(self.ask("SELECT count(*) AS n FROM artifacts"), [{"n": 1}])

    def test_what_could_not_be_looked_at_is_noted_once_until_it_changes(self):
        write(self.tree / "0.csv", table(4))
        (self.tree / "nowhere").symlink_to("gone.csv")
        other = self.home / "other"
        write(other / "1.csv", table(4, 1))
        noted = "SELECT root, path, reason FROM stored.problems ORDER BY ALL"
        self.ingest(self.tree, other)
        self.assertEqual([(row["root"], row["path"]) for row in self.ask(noted)], [(0, "nowhere")])
        before = self.store.read_bytes()
        self.ingest(other, self.tree)
        self.assertEqual(self.store.read_bytes(), before, "nothing was found that the store does not know")
        told = [self.chimera("ingest", self.tree, other, "--store", self.store).stderr for _ in range(2)]
        self.assertIn("results/nowhere: error C101", told[0], "each time, as long as it is so")
        self.assertEqual(told[0], told[1])
        (other / "circle").symlink_to("circle")
        self.ingest(self.tree, other)
        self.assertEqual([(row["root"], row["path"]) for row in self.ask(noted)], [(0, "nowhere"), (1, "circle")])
        known = self.ask("SELECT path, code, name, severity FROM diagnostics ORDER BY path")
        self.assertEqual([tuple(row.values()) for row in known], [("other/circle", "C103", "symlink_skipped", "note"), ("results/nowhere", "C101", "file_unreadable", "error")])
        (self.tree / "nowhere").unlink()
        self.ingest(self.tree, other)
        self.assertEqual([(row["root"], row["path"]) for row in self.ask(noted)], [(1, "circle")])

    def test_the_store_may_lie_in_the_folder_that_it_keeps(self):
        write(self.tree / "a.csv", table(3))
        self.store = self.tree / "s.duckdb"
        self.ingest()
        self.assertEqual(self.ingest(), {"new": 0, "changed": 0, "unchanged": 1, "deleted": 0})


class LastLook(StoreCase):
    """FILE.seen spares an ingest the opening of its store, and is believed only where opening it would say the same."""

    def setUp(self):
        super().setUp()
        self.seen = pathlib.Path(str(self.store) + ".seen")
        for n in range(3):
            write(self.tree / f"{n}.csv", table(200, n))
        self.all_new = {"new": 3, "changed": 0, "unchanged": 0, "deleted": 0}
        self.as_before = {"new": 0, "changed": 0, "unchanged": 3, "deleted": 0}
        self.assertEqual(self.ingest(), self.all_new)

    def spoil(self):
        """Makes the store one that cannot be opened, and looks the same from outside."""
        about = self.store.stat()
        with open(self.store, "r+b") as file:
            file.seek(3 * 4096)
            file.write(b"\xaa" * (about.st_size - 3 * 4096))
        os.utime(self.store, ns=(about.st_atime_ns, about.st_mtime_ns))
        self.assertEqual(self.chimera("query", "SELECT 1", "--store", self.store).returncode, 3)

    def test_the_store_stays_closed_where_nothing_changed(self):
        self.spoil()
        self.assertEqual(self.ingest(), self.as_before)

    def test_it_is_opened_for_whatever_changed(self):
        self.spoil()
        changes = {"a new file": lambda: write(self.tree / "3.csv", table(1)), "a new time": lambda: os.utime(self.tree / "1.csv", (LONG_AGO, LONG_AGO + 1)),
                   "a deleted file": (self.tree / "2.csv").unlink, "a link to nowhere": lambda: (self.tree / "nowhere").symlink_to("none")}
        for what, change in changes.items():
            shutil.copytree(self.tree, self.home / "kept")
            change()
            done = self.chimera("ingest", self.tree, "--store", self.store)
            self.assertEqual(done.returncode, 3, what)
            shutil.rmtree(self.tree)
            (self.home / "kept").rename(self.tree)
            self.assertEqual(self.ingest(), self.as_before, what)
        (self.home / "other").mkdir()
        self.assertEqual(self.chimera("ingest", self.tree, self.home / "other", "--store", self.store).returncode, 3)

    def test_another_store_under_its_name_is_opened(self):
        shutil.copy2(self.store, self.home / "older")
        write(self.tree / "3.csv", table(5))
        self.ingest()
        shutil.copy2(self.home / "older", self.store)
        self.assertEqual(self.ingest(), {"new": 1, "changed": 0, "unchanged": 3, "deleted": 0})

    def test_a_damaged_look_is_none(self):
        whole = self.seen.read_bytes()
        for part in range(0, len(whole) - 1, 7):
            self.seen.write_bytes(whole[:part])
            self.assertEqual(self.ingest(), self.as_before)
        self.seen.write_bytes(whole.replace(b"3 3 ", b"9 9 "))
        write(self.tree / "0.csv", table(7))
        self.assertEqual(self.ingest(), {"new": 0, "changed": 1, "unchanged": 2, "deleted": 0})

    def test_own_outputs_are_read_once_they_are_asked_for(self):
        self.assertEqual(self.chimera("report", self.tree, "-o", self.tree / "out", "--no-pictures").returncode, 0)
        for path in (self.tree / "out").rglob("*"):
            os.utime(path, (LONG_AGO, LONG_AGO))
        ours = "SELECT count(*) AS n FROM artifacts WHERE state = 'own'"
        self.ingest()
        count = self.ask(ours)[0]["n"]
        self.assertGreater(count, 0)
        self.assertEqual(self.ingest("--include-own", self.tree)["changed"], count)
        self.assertEqual(self.ask(ours), [{"n": 0}])
        self.assertEqual(self.ingest("--include-own", self.tree)["changed"], 0)

    def test_files_that_may_still_change_are_looked_at_again(self):
        write(self.tree / "3.csv", table(5), time.time())
        self.ingest()
        self.spoil()
        self.assertEqual(self.chimera("ingest", self.tree, "--store", self.store).returncode, 3)


class SameAnswers(StoreCase):
    def reports(self, roots):
        made = []
        for name, inputs in (("folder", roots), ("store", [self.store])):
            done = self.chimera("report", *inputs, "-o", self.home / "made" / name, "--no-times", "--writer", "none")
            self.assertEqual(done.returncode, 0, done.stderr)
            folder = self.home / "made" / name
            made.append({p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()})
        return made

    def test_a_report_over_a_store_is_the_report_over_its_folder(self):
        shutil.copytree(ROOT / "examples", self.tree)
        write(self.tree / "odd name,1.csv", table(6))
        write(self.tree / "empty.json", "")
        write(self.tree / "broken.json", '{"ttft_s": 0.5, "rows": [1, 2')
        (self.tree / "picture.bin").write_bytes(bytes(range(256)))
        (self.tree / "loop").symlink_to(".")
        self.ingest("results")
        over_folder, over_store = self.reports(["results"])
        self.assertEqual(over_folder, over_store)

    def test_also_of_several_folders_with_one_name(self):
        for name in ("a/results", "b/results", "c"):
            write(self.home / name / "t.csv", table(5, len(name)))
        roots = ["a/results", "b/results", "c/t.csv"]
        self.ingest(*roots)
        over_folder, over_store = self.reports(roots)
        self.assertEqual(over_folder, over_store)
        paths = [r["path"] for r in self.ask("SELECT path FROM artifacts ORDER BY path")]
        self.assertEqual(paths, ["results/t.csv", "results2/t.csv", "t.csv/t.csv"])

    def test_verify_compare_and_explain_take_a_store(self):
        write(self.tree / "a.csv", "model,tokens_per_second\nm,41.5\n")
        self.ingest()
        write(self.home / "claim.md", "The model m reaches 41.5 tok/s.\n")
        outputs = [self.chimera("verify", "claim.md", "--against", against, "--json") for against in (self.tree, self.store)]
        self.assertEqual(outputs[0].stdout, outputs[1].stdout)
        self.assertEqual(outputs[1].returncode, 0, outputs[1].stderr)
        compared = [self.chimera("compare", self.tree, b).stdout.splitlines()[2:] for b in (self.tree, self.store)]  # below the names
        self.assertEqual(compared[0], compared[1])
        self.assertTrue(compared[1])
        fact = self.ask("SELECT fact FROM facts")[0]["fact"]
        told = self.chimera("explain", fact, "--in", self.store)
        self.assertIn("41.5", told.stdout, told.stderr)

    def test_the_ids_of_facts_are_those_of_reports(self):
        write(self.tree / "a.json", '{"results": [{"model": "m", "ttft_s": 0.25}, {"model": "m", "ttft_s": 0.5}]}')
        self.ingest()
        self.chimera("report", self.tree, "-o", "out", "--writer", "none")
        shown = {f["id"] for f in json.loads((self.home / "out/report.json").read_text())["facts"] if f.get("path") == "a.json"}
        stored = {r["fact"] for r in self.ask("SELECT fact FROM numbers")}
        self.assertTrue(shown)
        self.assertLessEqual(shown, stored)

    def test_an_export_holds_what_the_views_hold(self):
        write(self.tree / "a.csv", table(20))
        self.ingest()
        done = self.chimera("export", "--parquet", "parquet", "--store", self.store)
        self.assertEqual(done.returncode, 0, done.stderr)
        names = sorted(p.name for p in (self.home / "parquet").iterdir())
        self.assertEqual(names, ["artifacts.parquet", "coverage.parquet", "diagnostics.parquet", "facts.parquet", "numbers.parquet", "records.parquet"])
        self.assertEqual((self.home / "parquet/facts.parquet").read_bytes()[:4], b"PAR1")


class Killed(StoreCase):
    def test_a_store_killed_at_thirty_random_moments_opens_and_continues(self):
        for n in range(400):
            write(self.tree / f"{n % 7}/{n}.csv", table(40, n))
        draw = random.Random(7)
        started = time.monotonic()
        self.chimera("ingest", self.tree, "--store", self.home / "timed.duckdb", "--quiet")
        whole = time.monotonic() - started
        killed = 0
        for _ in range(30):
            program = subprocess.Popen([CHIMERA, "ingest", str(self.tree), "--store", str(self.store), "--quiet"],
                                       stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
            try:
                program.wait(timeout=draw.uniform(0, whole))
                whole *= 0.8  # later calls have less to do
            except subprocess.TimeoutExpired:
                program.kill()
                killed += 1
                whole *= 1.1
            self.assertIn(program.wait(), (0, -9), program.stderr.read())
            program.stderr.close()
            if self.store.exists():
                rows = self.ask("SELECT count(*) AS files, (SELECT count(*) FROM facts) AS facts FROM artifacts")[0]
                self.assertEqual(rows["facts"], rows["files"] * 80)  # whole files only
            for n in draw.sample(range(400), 20):  # so that there is always work
                write(self.tree / f"{n % 7}/{n}.csv", table(40, draw.randrange(10 ** 6)), LONG_AGO + draw.randrange(10 ** 6))
        self.assertGreater(killed, 10)
        self.ingest()
        self.assertEqual(self.facts(self.store), self.facts(self.tree))


class LargeArrays(StoreCase):
    """Arrays of objects of 32 MiB or more are streamed, in blocks of elements."""

    def array(self, behind=""):
        self.tree.mkdir(exist_ok=True)
        with open(self.tree / "runs.json", "w", encoding="utf-8") as out:
            out.write("[\n")
            for i in range(80000):
                steps = f', "steps": [{{"name": "map", "time_s": {i % 7}.5}}]' if i % 1000 == 0 else ""
                load = "NaN" if i == 40000 else f"{i % 9}.25"
                out.write((",\n" if i else "") + f'  {{\n    "model": "model-{i % 3}",\n    "config": {{\n      "num_gpu": {8 * (i % 4)},\n      "seed": {i}\n    }},\n'
                          f'    "ttft_ms": {10 + i % 50}.125,\n    "load_time_s": {load},\n    "note": "{"x" * 300}"{steps}\n  }}')
            out.write(behind + "\n]\n")

    def answers(self):
        return [self.ask(sql) for sql in (
            "SELECT metric, role, count(*) AS n, sum(value) AS sum, min(line) AS first, max(line) AS last, sum(\"begin\") AS places FROM numbers GROUP BY ALL ORDER BY ALL",
            "SELECT pointer, line, \"begin\", \"end\" FROM records WHERE record % 7000 = 0 OR pointer LIKE '%/steps/0' ORDER BY \"begin\"",
            "SELECT * FROM coverage ORDER BY ALL")]

    def test_a_streamed_array_has_the_facts_of_one_that_is_read_whole(self):
        self.array()
        self.assertGreater((self.tree / "runs.json").stat().st_size, 32 << 20)
        self.ingest()
        streamed = self.answers()
        self.assertIn("/7000", [row["pointer"] for row in streamed[1]])
        self.assertIn("/49000/steps/0", [row["pointer"] for row in streamed[1]])
        self.array(behind=", \"no object\"")  # shows only at the end: all is read again, whole
        self.assertEqual(self.ingest()["changed"], 1)
        numbers, records, _ = self.answers()
        self.assertEqual(numbers, streamed[0])
        self.assertEqual([row for row in records if row["pointer"] != "/80000"], streamed[1])


class HeldDamagedFull(StoreCase):
    def setUp(self):
        super().setUp()
        for n in range(20):
            write(self.tree / f"{n}.csv", table(50, n))

    def refused(self, done, *words):
        self.assertEqual(done.returncode, 3, done.stderr)
        for word in words:
            self.assertIn(word, done.stderr)

    def test_a_second_process_is_told_who_has_the_store(self):
        self.ingest()
        holder = subprocess.Popen(["python3", "-c", "import fcntl,sys,time\nf=open(sys.argv[1],'r+b')\nfcntl.lockf(f,fcntl.LOCK_EX)\n"
                                   "print('held',flush=True)\ntime.sleep(60)", str(self.store)], stdout=subprocess.PIPE, text=True)
        try:
            holder.stdout.readline()
            for arguments in (["ingest", self.tree], ["query", "SELECT 1"]):
                self.refused(self.chimera(*arguments, "--store", self.store), f"is open in another process (pid {holder.pid})", "runs since 20")
        finally:
            holder.kill()
            holder.wait()
            holder.stdout.close()
        self.assertEqual(self.ingest()["unchanged"], 20)

    def test_no_store_and_other_files_are_refused_and_untouched(self):
        self.refused(self.chimera("query", "SELECT 1", "--store", "nothing"), "there is no store nothing")
        write(self.store, "a letter")
        self.refused(self.chimera("ingest", self.tree, "--store", self.store), "is no store")
        self.assertEqual(self.store.read_text(), "a letter")

    def test_damage_is_an_error_and_never_a_crash(self):
        self.ingest()
        whole = self.store.read_bytes()
        draw = random.Random(3)
        for size in (100, 4096, 12288, len(whole) // 2):
            self.store.write_bytes(whole[:size])
            done = self.chimera("ingest", self.tree, "--store", self.store)
            self.assertEqual(done.returncode, 3, f"{size} bytes: {done.stderr}")
            self.assertEqual(self.store.read_bytes(), whole[:size])
        for _ in range(12):
            damaged = bytearray(whole)
            at = draw.randrange(len(whole))
            damaged[at:at + 64] = draw.randbytes(64)
            self.store.write_bytes(damaged)
            done = self.chimera("query", "SELECT sum(value), max(path), count(DISTINCT config) FROM facts", "--store", self.store)
            self.assertIn(done.returncode, (0, 3), f"damage at {at}: {done.stderr}")

    def test_a_full_disk_is_an_error_and_nothing_committed_is_lost(self):
        self.ingest()
        before = self.facts(self.store)
        size = self.store.stat().st_size
        for n in range(300):
            write(self.tree / f"more/{n}.csv", table(400, n))

        def no_room():
            resource.setrlimit(resource.RLIMIT_FSIZE, (size + 100_000, size + 100_000))

        done = self.chimera("ingest", self.tree, "--store", self.store, preexec_fn=no_room)
        self.refused(done, "free some space")
        self.assertEqual(self.facts(self.store), before)
        self.assertEqual(self.ingest()["new"], 300)
        self.assertEqual(self.facts(self.store), self.facts(self.tree))

    @unittest.skipUnless(os.geteuid() == 0 and shutil.which("unshare"), "needs root to mount a small file system")
    def test_a_really_full_file_system_likewise(self):
        disk = self.home / "disk"
        disk.mkdir()
        script = ('mount -t tmpfs -o size=4m none disk && "$1" ingest results/0.csv --store disk/s --quiet >/dev/null && cp -r results big && '
                  'for i in 1 2 3 4 5 6 7 8 9; do for f in results/*.csv; do cat $f $f $f $f >"big/$i-${f##*/}"; done; done && '
                  '"$1" ingest big --store disk/s --quiet; echo "code $?"; "$1" query "SELECT count(*) AS n FROM facts" --store disk/s --format json')
        done = subprocess.run(["unshare", "--mount", "sh", "-c", script, "sh", CHIMERA], cwd=self.home, capture_output=True, text=True, check=False)
        if "mount:" in done.stderr or "unshare:" in done.stderr:
            self.skipTest("mount is not allowed here")
        self.assertIn("code 3", done.stdout, done.stderr)
        self.assertIn('{"n":100}', done.stdout, done.stderr)
        self.assertIn("free some space", done.stderr)


if __name__ == "__main__":
    unittest.main()
