"""report.html and figures/: specifications that Vega-Lite's schema allows and whose points are facts, and the page in a browser."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest
import xml.etree.ElementTree

try:
    import jsonschema
except ImportError:
    jsonschema = None

ROOT = pathlib.Path(__file__).resolve().parent.parent
CHIMERA = os.environ.get("CHIMERA", str(ROOT / "build/dev/bin/chimera"))
WEB_TESTS = ROOT / ".cache/web-tests"
SHARED = os.environ.get("CHIMERA_SHARED", "")
CORPUS = pathlib.Path(SHARED) / "corpora/chimera-artifacts" if SHARED else None
FACT_NAMES = ("fact", "low_fact", "high_fact", "x_fact")
VALUE_OF = {"low_fact": "low", "high_fact": "high", "x_fact": "x"}


def report(folder, out):
    subprocess.run([CHIMERA, "report", folder, "-o", out, "--writer", "none", "--no-times", "--quiet"], check=True)


def points(spec):
    yield from spec.get("data", {}).get("values", [])
    for layer in spec.get("layer", []):
        yield from points(layer)


def browser_missing():
    """Why the page cannot be tried in a browser here, or None."""
    if not shutil.which("node"):
        return "no Node"
    if not shutil.which("chromium"):
        return "no Chromium (apt-get install chromium)"
    if not (WEB_TESTS / "axe.min.js").exists():
        return "no Playwright (tools/fetch_archives web-tests)"
    return None


def run_script(case, name, *arguments):
    environment = {**os.environ, "CHIMERA_WEB_TESTS": str(WEB_TESTS), "CHROMIUM": shutil.which("chromium")}
    done = subprocess.run(["node", str(ROOT / "tests/web" / name), *map(str, arguments)], capture_output=True, text=True, env=environment, timeout=900)
    case.assertEqual(done.returncode, 0, done.stdout + done.stderr)


class Page(unittest.TestCase):
    """Of examples/; a subclass takes a larger folder."""

    folder = ROOT / "examples"
    most_bytes = 3_500_000  # two of its files are logs of every token

    @classmethod
    def setUpClass(cls):
        cls.scratch = tempfile.TemporaryDirectory()
        cls.out = pathlib.Path(cls.scratch.name) / "out"
        report(cls.folder, cls.out)
        cls.html = (cls.out / "report.html").read_text(encoding="utf-8")
        cls.json = json.loads((cls.out / "report.json").read_text(encoding="utf-8"))
        cls.specs = {path.name: json.loads(path.read_text(encoding="utf-8")) for path in sorted((cls.out / "figures").glob("*.vl.json"))}

    @classmethod
    def tearDownClass(cls):
        cls.scratch.cleanup()

    def test_every_point_is_a_fact_of_the_report_with_its_value(self):
        facts = {fact["id"]: fact for fact in self.json["facts"]}
        self.assertTrue(self.specs)
        for name, spec in self.specs.items():
            drawn = list(points(spec))
            self.assertTrue(drawn, name)
            for point in drawn:
                self.assertIn("fact", point, name)
                for key in FACT_NAMES:
                    if key not in point:
                        continue
                    value = point[VALUE_OF[key]] if key in VALUE_OF else point.get("value", point.get("y"))
                    self.assertEqual(facts[point[key]]["value"], value, (name, point))

    def test_bounds_hold_their_value(self):
        for name, spec in self.specs.items():
            for point in points(spec):
                if "low" in point:
                    value = point.get("value", point.get("y"))
                    self.assertTrue(point["low"] <= value <= point["high"], (name, point))

    @unittest.skipUnless(jsonschema and (ROOT / ".cache/web/vega-lite-schema.json").exists(), "no python3-jsonschema, or no archive `web`")
    def test_specifications_are_what_vega_lite_allows(self):
        validator = jsonschema.Draft7Validator(json.loads((ROOT / ".cache/web/vega-lite-schema.json").read_text(encoding="utf-8")))
        for name, spec in self.specs.items():
            self.assertTrue(validator.is_valid(spec), name)

    def test_an_axis_away_from_zero_says_so(self):
        def channels(spec):
            for layer in [spec, *spec.get("layer", [])]:
                for channel in ("x", "y"):
                    yield layer.get("encoding", {}).get(channel, {})

        for name, spec in self.specs.items():
            for channel in channels(spec):
                domain = channel.get("scale", {}).get("domain", [])
                if channel.get("type") == "quantitative" and channel.get("field") != "run" and len(domain) == 2:
                    self.assertEqual(domain[0] > 0 or domain[1] < 0, "(axis does not start at zero)" in channel["title"], (name, channel))

    def test_the_page_is_one_file_of_a_sensible_size(self):
        self.assertLess(len(self.html.encode()), self.most_bytes)
        self.assertIsNone(re.search(r'(?:src|href)="(?:https?:)?//', self.html))
        self.assertNotIn("unsafe-", self.html[:4000])

    def test_the_same_bytes_again(self):
        again = pathlib.Path(self.scratch.name) / "again"
        report(self.folder, again)
        for name in ("report.html", *(f"figures/{spec}" for spec in self.specs)):
            self.assertEqual((self.out / name).read_bytes(), (again / name).read_bytes(), name)

    def test_figures_of_an_earlier_report_go(self):
        stale = self.out / "figures" / f"chart-{len(self.specs) + 1}.vl.json"
        stale.write_text("{}")
        report(self.folder, self.out)
        self.assertFalse(stale.exists())

    def test_without_node_the_markdown_links_alone(self):
        with tempfile.TemporaryDirectory() as scratch:
            environment = {**os.environ, "PATH": scratch}
            environment.pop("CHIMERA_PICTURES", None)
            subprocess.run([CHIMERA, "report", ROOT / "examples", "-o", scratch + "/out", "--writer", "none", "--no-times", "--quiet"], check=True, env=environment)
            text = pathlib.Path(scratch, "out/report.md").read_text(encoding="utf-8")
            self.assertIn("](report.html#chart-1)", text)
            self.assertNotIn("![", text)
            self.assertEqual(list(pathlib.Path(scratch, "out/figures").glob("*.svg")), [])

    @unittest.skipUnless(shutil.which("node"), "no Node")
    def test_pictures_are_drawn_for_the_markdown(self):
        environment = {**os.environ}
        environment.pop("CHIMERA_PICTURES", None)
        with tempfile.TemporaryDirectory() as scratch:
            out = pathlib.Path(scratch, "out")
            for more in ([], [], ["--no-pictures"]):
                subprocess.run([CHIMERA, "report", self.folder, "-o", out, "--writer", "none", "--no-times", "--quiet", *more], check=True, env=environment)
                text = (out / "report.md").read_text(encoding="utf-8")
                shown = re.findall(r"^!\[.*\]\((figures/chart-\d+\.svg)\)$", text, re.MULTILINE)
                drawn = sorted(path.name for path in (out / "figures").glob("*.svg"))
                if more:  # and those of the report before are gone
                    self.assertEqual((shown, drawn), ([], []))
                    continue
                self.assertEqual(len(drawn), len(list((out / "figures").glob("*.vl.json"))))
                self.assertEqual(sorted(shown), sorted("figures/" + name for name in drawn))
                for name in drawn:
                    picture = xml.etree.ElementTree.fromstring((out / "figures" / name).read_text(encoding="utf-8"))
                    self.assertEqual(picture.tag, "{http://www.w3.org/2000/svg}svg", name)
                    self.assertGreater(len(list(picture.iter("{http://www.w3.org/2000/svg}path"))), 1, name)

    @unittest.skipIf(browser_missing(), browser_missing())
    def test_in_chromium(self):
        run_script(self, "report.mjs", self.out / "report.html")


@unittest.skipUnless(CORPUS and CORPUS.is_dir(), "needs the shared corpora (CHIMERA_SHARED)")
class PageOfTheArtifacts(Page):
    folder = CORPUS
    most_bytes = 3_000_000


if __name__ == "__main__":
    unittest.main()
