"""chimera verify from outside: the page, the SARIF log, the terminal, and reports that nobody should have written."""

import base64
import hashlib
import html.parser
import json
import os
import pathlib
import pty
import re
import signal
import subprocess
import tempfile
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent
CHIMERA = os.environ.get("CHIMERA", str(ROOT / "build/dev/bin/chimera"))
TABLE = "model,tokens_s,ttft_ms\nsmall,101.25,1234567\nlarge,50.5,-3.5\n"
REPORT = ("# Results\n\nIn `sweep.csv`, model=small reaches 50.5 tokens/s. Its file `sweep2.csv` <b>holds</b> more.\n"
          "In `sweep.csv`, model=large reaches 50.5 tokens/s.\n")


class Case(unittest.TestCase):
    def setUp(self):
        self.scratch = tempfile.TemporaryDirectory()
        self.addCleanup(self.scratch.cleanup)
        self.dir = pathlib.Path(self.scratch.name)
        (self.dir / "data").mkdir()
        (self.dir / "data/sweep.csv").write_text(TABLE)

    def verify(self, *arguments, text=None, **options):
        data = text.encode() if isinstance(text, str) else text
        return subprocess.run([CHIMERA, "verify", "--quiet", *map(str, arguments)], cwd=self.dir, input=data, capture_output=True, timeout=120, **options)

    def report(self, content, name="report.md"):
        path = self.dir / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return name

    def judged(self, content):
        done = self.verify(self.report(content), "--against", "data", "--json")
        self.assertIn(done.returncode, (0, 1), done.stderr)
        return {c["quote"]: c["verdict"] for c in json.loads(done.stdout)["claims"]}


class Outline(html.parser.HTMLParser):
    """Tags, ids, links, attributes and text of a page; void elements need no end."""

    VOID = {"meta", "input", "br", "hr", "img", "link"}

    def __init__(self, page):
        super().__init__()
        self.open, self.tags, self.ids, self.hrefs, self.attributes, self.seen, self.problems = [], [], [], [], set(), "", []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        for name, value in attrs:
            self.attributes.add(name)
            if name == "id":
                self.ids.append(value)
            if name == "href":
                self.hrefs.append(value)
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.problems.append(tag)

    def handle_data(self, data):
        self.seen += data


class Page(Case):
    def page(self, content, name="report.md"):
        done = self.verify(self.report(content, name), "--against", "data", "--html", "page.html")
        self.assertIn(done.returncode, (0, 1), done.stderr)
        return (self.dir / "page.html").read_text(encoding="utf-8")

    def test_marks_every_claim_and_leads_to_its_verdict_and_back(self):
        page = Outline(self.page(REPORT))
        self.assertEqual(page.problems + page.open, [])
        self.assertEqual(len(page.ids), len(set(page.ids)))
        self.assertTrue({"m1", "c1", "m2", "c2", "L1", "L4"} <= set(page.ids))
        self.assertTrue(all(h.startswith("#") and h[1:] in page.ids for h in page.hrefs), page.hrefs)
        for words in ("contradicted", "it is 101.25 tok/s", "line 2, row 1, column tokens_s", "small,101.25,1234567", "there is no such file"):
            self.assertIn(words, page.seen)

    def test_signs_stand_beside_colours_and_readers_hear_the_verdict(self):
        page = self.page(REPORT)
        self.assertRegex(page, r'<a class="m contradicted"[^>]*><b aria-hidden="true">✗</b>50\.5 tokens/s<span class="vh"> \(contradicted, claim \d+\)')
        self.assertIn("prefers-color-scheme:dark", page)
        self.assertIn("@media print", page)
        self.assertIn('<mark>101.25</mark>', page)

    def test_needs_and_allows_nothing_else(self):
        page = self.page(REPORT)
        style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)[1]
        digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
        self.assertIn(f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'", page)
        outline = Outline(page)
        self.assertFalse({"script", "img", "link", "iframe", "object", "form"} & set(outline.tags))
        self.assertFalse({a for a in outline.attributes if a.startswith("on") or a in ("src", "style")})
        self.assertNotIn("url(", style)

    def test_shows_hostile_text_as_text(self):
        hostile = "</span></div><script>alert(x)</script> <img src=x onerror=alert(x)> &lt; \u202e\x07 `sweep2.csv\"><b>` In `sweep.csv`, model=small reaches 50.5 tokens/s.\n"
        (self.dir / "data/sweep.csv").write_text(TABLE.replace("large", "</pre><script>x</script>"))
        page = self.page(hostile, "a<b>&\".md")
        outline = Outline(page)
        self.assertEqual(outline.problems + outline.open, [])
        self.assertNotIn("script", outline.tags)
        self.assertNotIn("img", outline.tags)
        self.assertIn("<script>alert(x)</script>", outline.seen)
        self.assertNotIn("\u202e", page)
        self.assertNotIn("\x07", page)

    def test_is_the_same_for_the_same_input(self):
        self.assertEqual(self.page(REPORT), self.page(REPORT))

    def test_says_so_where_nothing_can_be_checked(self):
        self.assertIn("Nothing in this report can be checked", self.page("# Hello\n"))

    def test_is_written_of_one_report_only(self):
        self.assertEqual(self.verify("--jsonl", "--against", "data", "--html", "page.html", text="").returncode, 2)


class Sarif(Case):
    def log(self, content, *more):
        done = self.verify(self.report(content), "--against", "data", "--sarif", "log.sarif", *more)
        return done.returncode, json.loads((self.dir / "log.sarif").read_text(encoding="utf-8"))

    def test_has_what_the_standard_asks_for(self):
        code, log = self.log("é漢 " + REPORT.split("\n")[2] + "\n")
        self.assertEqual(code, 1)
        self.assertEqual(log["version"], "2.1.0")
        run = log["runs"][0]
        rules = run["tool"]["driver"]["rules"]
        self.assertEqual([r["id"] for r in rules], ["C501", "C502"])
        self.assertTrue(all(r["help"]["text"] and r["shortDescription"]["text"] for r in rules))
        self.assertEqual(len(run["results"]), 2)
        for result in run["results"]:
            self.assertEqual(rules[result["ruleIndex"]]["id"], result["ruleId"])
            self.assertIn(result["level"], ("error", "warning"))
            self.assertTrue(result["message"]["text"])
            location = result["locations"][0]["physicalLocation"]
            self.assertEqual(location["artifactLocation"], {"uri": "report.md", "uriBaseId": "SRCROOT"})
            self.assertRegex(result["partialFingerprints"]["claim/v1"], r"^[0-9a-f]{64}$")
        region = run["results"][0]["locations"][0]["physicalLocation"]["region"]
        text = (self.dir / "report.md").read_text(encoding="utf-8")
        self.assertEqual(text[region["startColumn"] - 1:region["endColumn"] - 1], "50.5 tokens/s")
        self.assertEqual(text.encode()[region["byteOffset"]:region["byteOffset"] + region["byteLength"]].decode(), region["snippet"]["text"])
        evidence = run["results"][0]["relatedLocations"][0]["physicalLocation"]
        self.assertEqual(evidence, {"artifactLocation": {"uri": "data/sweep.csv", "uriBaseId": "SRCROOT"}, "region": {"startLine": 2}})

    def test_fingerprints_stay_when_lines_move_and_differ_between_claims(self):
        prints = lambda log: [r["partialFingerprints"]["claim/v1"] for r in log["runs"][0]["results"]]
        sentence = REPORT.split("\n")[2] + "\n"
        before, after = prints(self.log(sentence + sentence)[1]), prints(self.log("# New\n\n" + sentence + sentence)[1])
        self.assertEqual(before, after)
        self.assertEqual(len(before), len(set(before)))

    def test_uris_are_relative_and_encoded(self):
        (self.dir / "a b").mkdir()
        name = "a b/r%.md"
        self.report(REPORT, name)
        self.verify(self.dir / name, "--against", self.dir / "data", "--sarif", "log.sarif")
        result = json.loads((self.dir / "log.sarif").read_text())["runs"][0]["results"][0]
        self.assertEqual(result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], "a%20b/r%25.md")
        self.assertEqual(result["relatedLocations"][0]["physicalLocation"]["artifactLocation"]["uri"], "data/sweep.csv")

    def test_has_no_results_where_nothing_is_wrong(self):
        code, log = self.log("In `sweep.csv`, model=large reaches 50.5 tokens/s.\n")
        self.assertEqual((code, log["runs"][0]["results"]), (0, []))


class Terminal(Case):
    def on_terminal(self, columns, **environment):
        self.report("word " * 60 + "漢字 In `sweep.csv`, model=small reaches 50.5 tokens/s, \x1b[31mred " + "tail " * 40 + "\n")
        try:
            master, slave = pty.openpty()
        except OSError as error:
            self.skipTest(f"no terminal can be opened here: {error}")
        subprocess.run(["stty", "cols", str(columns)], stdin=slave, check=True)
        done = subprocess.Popen([CHIMERA, "verify", "--quiet", "report.md", "--against", "data"], cwd=self.dir, stdout=slave,
                                env={**os.environ, "TERM": "xterm", **environment})
        os.close(slave)
        out = b""
        while True:
            try:
                piece = os.read(master, 65536)
            except OSError:
                break
            if not piece:
                break
            out += piece
        os.close(master)
        self.assertEqual(done.wait(), 1)
        return out.decode("utf-8")

    def test_fits_eighty_columns_and_points_at_the_claim(self):
        lines = self.on_terminal(80, NO_COLOR="1").splitlines()
        source = next(l for l in lines if "50.5 tokens/s" in l)
        carets = lines[lines.index(source) + 1]
        wide = lambda s: len(s) + sum(c in "漢字" for c in s)
        self.assertLessEqual(wide(source), 80)
        self.assertEqual(wide(source[:source.index("50.5")]), carets.index("^"))
        self.assertEqual(carets.count("^"), len("50.5 tokens/s"))

    def test_colours_unless_asked_not_to_and_passes_no_control_characters_on(self):
        plain, coloured = self.on_terminal(80, NO_COLOR="1"), self.on_terminal(80, NO_COLOR="")
        self.assertNotIn("\x1b", plain)
        self.assertNotIn("\x1b[31m", coloured.replace("\x1b[1;31m", ""))
        self.assertEqual(re.sub(r"\x1b\[[0-9;]*m", "", coloured), plain)
        self.assertNotEqual(coloured, plain)


class BadInput(Case):
    def test_reads_numbers_as_people_write_them(self):
        for written, verdict in (("−3.5 ms", "supported"), ("-3.5 ms", "supported"), ("−4.5 ms", "contradicted")):
            self.assertEqual(self.judged(f"In `sweep.csv`, model=large has a ttft of {written}.")[written], verdict, written)
        for written, verdict in (("12,34,567 ms", "supported"), ("1\u2009234\u2009567 ms", "supported"), ("1\u202f234\u202f568 ms", "contradicted"),
                                 ("1,234,567 ms", "supported"), ("1e400 ms", "contradicted")):
            self.assertEqual(self.judged(f"In `sweep.csv`, model=small has a ttft of {written}.")[written], verdict, written)

    def test_abstains_from_pieces_of_numbers(self):
        for text in ("1/2 of the throughput", "½ of the throughput", "a throughput of 101¼ tokens/s", "a ttft of 1 234 567 ms"):
            self.assertEqual(set(self.judged(f"In `sweep.csv`, model=small has {text}.").values()) - {"supported"}, set(), text)

    def test_reads_odd_bytes(self):
        claim = b"In `sweep.csv`, model=small reaches 50.5 tokens/s."
        for name, content in (("crlf", b"# T\r\n\r\n" + claim + b"\r\n"), ("nul", claim + b"\0 and \0 more words that make a text\n"), ("utf-16", claim.decode().encode("utf-16")),
                              ("invalid", b"\xff\xfe \xc3( \xed\xa0\x80 "[2:] + claim), ("no end of line", claim), ("bom", b"\xef\xbb\xbf" + claim)):
            self.assertEqual(self.judged(content).get("50.5 tokens/s"), "contradicted", name)

    def test_answers_texts_without_claims(self):
        for content in ("", "\n", "# Hello\n\nNothing here.\n", "> " * 20000 + "x", "[" * 50000 + "(`" * 20000 + "*_" * 30000, "- " * 5000 + "a"):
            done = self.verify(self.report(content), "--against", "data", "--json")
            self.assertEqual(done.returncode, 0, content[:20])
            self.assertEqual(json.loads(done.stdout)["summary"]["claims"], 0)

    def test_is_linear_in_hostile_text(self):
        text = ("In `sweep.csv`, model=small reaches 50.5 tokens/s and so on; " * 4000) + "\n" + "|a" * 20000 + "\n" + "|-" * 20000 + "\n"
        began = time.monotonic()
        self.verify(self.report(text), "--against", "data", "--json")
        self.assertLess(time.monotonic() - began, 60)

    def test_says_what_cannot_be_read(self):
        (self.dir / "empty").mkdir()
        (self.dir / "image.md").write_bytes(bytes(range(256)) * 40)
        (self.dir / "none.md").write_text("x\n")
        for arguments, words in ((["data", "--against", "data"], b"data"), (["missing.md", "--against", "data"], b"missing.md"), (["none.md", "--against", "empty"], b"nothing readable"),
                                 (["none.md", "--against", "nowhere"], b"nowhere"), (["image.md", "--against", "data"], b"not text")):
            done = subprocess.run([CHIMERA, "verify", *arguments], cwd=self.dir, capture_output=True)
            self.assertEqual(done.returncode, 3, arguments)
            self.assertIn(words, done.stderr)

    @unittest.skipIf(os.geteuid() == 0, "root reads everything")
    def test_says_that_a_report_may_not_be_read(self):
        (self.dir / "secret.md").write_text("x\n")
        (self.dir / "secret.md").chmod(0)
        self.assertEqual(self.verify("secret.md", "--against", "data").returncode, 3)

    def test_refuses_a_record_that_is_none(self):
        self.report("x\n")
        for content in ("[1,2", '{"a": 1}', "", "not json"):
            (self.dir / "run.json").write_text(content)
            done = self.verify("report.md", "--against", "data", "--run", "run.json")
            self.assertEqual(done.returncode, 3, content)
            self.assertIn(b"no record of a run", done.stderr)
        self.assertEqual(self.verify("report.md", "--against", "data", "--run", "nope.json").returncode, 3)

    def test_answers_the_lines_beside_broken_ones(self):
        text = '{"id":"a","text":"In `sweep.csv`, model=small reaches 50.5 tokens/s."}\n{broken\n[1]\n\n{"id":3}\n{"id":"b","text":"ok"}\n'
        done = self.verify("--jsonl", "--against", "data", text=text)
        self.assertEqual([(a["id"], a["verdict"]) for a in map(json.loads, done.stdout.splitlines())], [("a", "contradicted"), ("b", "uncheckable")])
        self.assertEqual(done.returncode, 3)
        self.assertEqual(re.findall(rb"standard input:(\d+):", done.stderr), [b"2", b"3", b"5"])

    def test_answers_the_reports_beside_missing_ones(self):
        (self.dir / "lists").mkdir()
        self.report(REPORT)
        (self.dir / "lists/list.jsonl").write_text('{"report":"missing.md","against":["data"]}\nno\n{"report":"report.md","against":["data"]}\n')
        done = self.verify("--batch", "lists/list.jsonl", "--json")
        self.assertEqual([json.loads(l)["report"] for l in done.stdout.splitlines()], ["report.md"])
        self.assertEqual(done.returncode, 3)
        self.assertEqual(re.findall(rb"list.jsonl:(\d+):", done.stderr), [b"1", b"2"])

    def test_ends_with_130_where_the_user_interrupts(self):
        process = subprocess.Popen([CHIMERA, "verify", "--quiet", "--jsonl", "--against", "data"], cwd=self.dir, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        process.stdin.write(b'{"id":"a","text":"ok"}\n')
        process.stdin.flush()
        self.assertIn(b'"id":"a"', process.stdout.readline())
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(timeout=30), 130)
        process.stdin.close()
        process.stdout.close()

    def test_a_closed_pipe_ends_it_quietly(self):
        self.report(REPORT * 3000)
        process = subprocess.Popen([CHIMERA, "verify", "--quiet", "report.md", "--against", "data"], cwd=self.dir, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        process.stdout.read(10)
        process.stdout.close()
        self.assertEqual(process.stderr.read(), b"")
        self.assertIn(process.wait(timeout=60), (0, 1, 141, -signal.SIGPIPE))
        process.stderr.close()


class Dissent(Case):
    """Artifacts that disagree: which say what, and which counts."""

    SWEEP = "model,num_ctx,num_gpu,tokens_s,ttft_ms\nsmall,512,10,101.25,12.5\nsmall,1024,20,90.5,13.5\nlarge,512,10,50.5,33.1\nlarge,1024,20,48.25,35.75\n"

    def setUp(self):
        super().setUp()
        (self.dir / "data/sweep.csv").write_text(self.SWEEP)

    def claim(self, sentence):
        done = self.verify(self.report(sentence), "--against", "data", "--json")
        return next(c for c in json.loads(done.stdout)["claims"] if c["kind"] != "file")

    def write_table(self, value):
        rows = "".join("| " + " | ".join(line.split(",")) + " |\n" for line in self.SWEEP.replace("50.5", value).splitlines())
        head, rest = rows.split("\n", 1)
        (self.dir / "data/sweep.md").write_text(f"# Sweep\n\nFrom `sweep.csv`:\n\n{head}\n|---|---|---|---|---|\n{rest}")

    def test_tells_which_prose_says_otherwise(self):
        self.write_table("57.5")
        claim = self.claim("In `sweep.csv`, model=large, num_ctx=512 reaches 50.5 tokens/s.")
        self.assertEqual((claim["verdict"], claim["reason"]), ("supported", "sweep.md says 57.5 tok/s"))
        self.assertEqual([e["path"] for e in claim["evidence"]], ["sweep.csv", "sweep.md"])

    def test_takes_raw_data_and_names_the_prose_that_a_wrong_number_came_from(self):
        self.write_table("57.5")
        claim = self.claim("In `sweep.csv`, model=large, num_ctx=512 reaches 57.5 tokens/s.")
        self.assertEqual((claim["verdict"], claim["reason"]), ("contradicted", "it is 50.5 tok/s; sweep.md says 57.5 tok/s"))

    def test_a_sentence_about_the_prose_itself_holds_and_the_raw_data_are_told(self):
        self.write_table("57.5")
        claim = self.claim("In `sweep.md`, model=large, num_ctx=512 reaches 57.5 tokens/s.")
        self.assertEqual((claim["verdict"], claim["reason"]), ("supported", "sweep.md says 57.5 tok/s, sweep.csv gives 50.5 tok/s"))
        self.assertEqual(claim["evidence"][0]["path"], "sweep.csv")

    def test_is_silent_where_they_agree(self):
        self.write_table("50.5")
        self.assertEqual(self.claim("In `sweep.csv`, model=large, num_ctx=512 reaches 50.5 tokens/s.")["reason"], "")

    def test_tells_of_a_namesake_in_another_folder(self):
        (self.dir / "data/old").mkdir()
        (self.dir / "data/old/sweep.csv").write_text(self.SWEEP.replace("50.5", "61.5"))
        claim = self.claim("In `sweep.csv`, model=large, num_ctx=512 reaches 50.5 tokens/s.")
        self.assertEqual(claim["verdict"], "supported")
        self.assertEqual(claim["reason"], "sweep.csv says so, old/sweep.csv has 61.5 tok/s")
        self.assertEqual(self.claim("In `old/sweep.csv`, model=large, num_ctx=512 reaches 50.5 tokens/s.")["verdict"], "contradicted")


if __name__ == "__main__":
    unittest.main()
