"""chimera serve: what it answers, whom it refuses, what it survives."""

import http.client
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

try:
    import jsonschema
except ImportError:
    jsonschema = None

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from page_test import browser_missing, run_script  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parent.parent
CHIMERA = os.environ.get("CHIMERA", str(ROOT / "build/dev/bin/chimera"))
API = json.loads((ROOT / "schema/serve.openapi.json").read_text(encoding="utf-8"))
SESSION = '{"schema":"chimera-trial/1","record":"session","id":"a","protocol":{"most_blocks":6}}\n'
SAMPLE = '{"schema":"chimera-trial/1","record":"sample","trial":"t1","block":%d,"phase":"measured","config":{"threads":1},"metrics":{"decode_tok_per_s":%s}}\n'


class Served:
    """A server over a folder of its own, until the block ends."""

    def __init__(self, *arguments, folder):
        self.process = subprocess.Popen([CHIMERA, "serve", *map(str, [folder] if folder else []), "--port", "0", *arguments],
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.address = self.process.stdout.readline().strip()
        if not self.address:
            raise AssertionError(self.process.stderr.read())
        self.port = int(re.search(r":(\d+)/", self.address)[1])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGINT)
        self.code = self.process.wait(timeout=30)
        self.process.stdout.close()
        self.process.stderr.close()

    def ask(self, path, method="GET", body=None, headers=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request(method, path, body=body, headers=headers or {})
        response = connection.getresponse()
        data = response.read()
        connection.close()
        return response, data

    def json(self, path, **more):
        response, data = self.ask(path, **more)
        return response.status, json.loads(data)


class Serve(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scratch = tempfile.TemporaryDirectory()
        cls.folder = pathlib.Path(cls.scratch.name) / "results"
        cls.folder.mkdir()
        (cls.folder / "sweep.csv").write_text("model,num_gpu,tokens_s,ttft_s\n" + "".join(f"small,{40 + 20 * (i % 2)},{100 + i / 7:.3f},{0.1 + i / 900:.4f}\n" for i in range(30)))
        (cls.folder / "other.csv").write_text("model,num_gpu,tokens_s,ttft_s\n" + "".join(f"small,{40 + 20 * (i % 2)},{90 + i / 7:.3f},{0.1 + i / 900:.4f}\n" for i in range(30)))
        (cls.folder / "<img src=x onerror=alert(1)>.csv").write_text("model,tokens_s\n<script>alert(1)</script>,5.5\n")
        (cls.folder / "bad.md").write_text("# <img src=x onerror=alert(2)>\n\n| tokens_s |\n| --- |\n| 7.5 |\n\n<svg onload=alert(3)></svg>\n")
        (cls.folder / "run.jsonl").write_text(SESSION + SAMPLE % (1, "50.5"))
        cls.served = Served(folder=cls.folder)
        cls.served.__enter__()

    @classmethod
    def tearDownClass(cls):
        cls.served.__exit__()
        cls.scratch.cleanup()
        assert cls.served.code == 0, cls.served.code

    def check_schema(self, path, body, method="get"):
        if jsonschema:
            found = API["paths"][path][method]["responses"]["200"]["content"]["application/json"]["schema"]
            jsonschema.Draft202012Validator({**found, "components": API["components"]}).validate(body)

    def test_every_answer_is_what_the_api_says(self):
        for path, query in (("/api/overview", ""), ("/api/files", ""), ("/api/facts", "?limit=5"), ("/api/trials", "?path=sweep.csv"), ("/api/logs", ""), ("/api/source", "?path=sweep.csv&begin=40&end=44"),
                            ("/api/compare", "?a=sweep.csv&b=other.csv")):
            status, body = self.served.json(path + query)
            self.assertEqual(status, 200, (path, body))
            self.check_schema(path, body)
        for path, text in (("/api/query", "SELECT 1 AS one"), ("/api/verify", "The throughput was 100.000 tok/s.")):
            status, body = self.served.json(path, method="POST", body=text)
            self.assertEqual(status, 200, body)
            self.check_schema(path, body, "post")

    def test_facts_are_filtered_counted_and_paged(self):
        _, everything = self.served.json("/api/facts?metric=throughput&path=sweep")
        self.assertEqual(everything["total"], 30)
        _, half = self.served.json("/api/facts?metric=throughput&path=sweep&config=num_gpu%3D40")
        self.assertEqual(half["total"], 15)
        _, page = self.served.json("/api/facts?metric=throughput&path=sweep&limit=10&offset=25")
        self.assertEqual(len(page["rows"]), 5)
        _, none = self.served.json("/api/facts?path=%27%3B+DROP+TABLE+x--")
        self.assertEqual(none["total"], 0)

    def test_the_source_of_a_fact_is_its_bytes(self):
        _, facts = self.served.json("/api/facts?metric=ttft&path=sweep&limit=1")
        row = dict(zip(facts["columns"], facts["rows"][0]))
        _, source = self.served.json(f"/api/source?path={row['path']}&begin={row['begin']}&end={row['end']}")
        self.assertEqual(float(source["marked"]), row["value"])
        text = (self.folder / "sweep.csv").read_bytes()
        self.assertEqual(source["marked"].encode(), text[row["begin"]:row["end"]])

    def test_no_path_leads_outside(self):
        secret = pathlib.Path(self.scratch.name) / "secret.jsonl"
        secret.write_text(SESSION)
        (self.folder / "link.jsonl").symlink_to(secret)
        for path in ("../secret.jsonl", "/etc/passwd", str(secret), "sweep.csv/../../secret.jsonl", "..", ".", "link.jsonl", "", "%2e%2e/secret.jsonl"):
            for question in (f"/api/source?path={path}&begin=0&end=9", f"/api/compare?a={path}&b=sweep.csv", f"/api/live?log={path}"):
                response, _ = self.served.ask(question)
                self.assertEqual(response.status, 404, question)
        for path in ("/../etc/passwd", "/serve.js/../../x", "/%2e%2e/%2e%2e/etc/passwd", "/report.css", "/api/none"):
            response, _ = self.served.ask(path)
            self.assertEqual(response.status, 404, path)

    def test_sql_reads_the_store_and_nothing_else(self):
        outside = pathlib.Path(self.scratch.name) / "written.csv"
        for sql in ("DROP VIEW facts", "CREATE TABLE t(a int)", "INSERT INTO stored.roots VALUES (1)", "UPDATE stored.artifacts SET path = 'x'", "DELETE FROM stored.cells",
                    "ATTACH '/tmp/other.duckdb'", "SELECT * FROM read_text('/etc/passwd')", "SELECT * FROM '/etc/passwd'", f"COPY facts TO '{outside}'", "INSTALL httpfs", "LOAD httpfs",
                    "SET enable_external_access = true", "PRAGMA database_list; DROP VIEW facts", "SELECT 1; SELECT 2", "EXPORT DATABASE '/tmp/x'", "SELECT getenv('HOME')"):
            status, body = self.served.json("/api/query", method="POST", body=sql)
            self.assertIn(status, (400, 422), (sql, body))
            self.assertIn("error", body)
        self.assertFalse(outside.exists())
        _, facts = self.served.json("/api/facts?limit=1")
        self.assertGreater(facts["total"], 0)

    def test_sql_ends_in_time_and_gives_so_many_rows(self):
        status, body = self.served.json("/api/query", method="POST", body="SELECT * FROM range(100000)")
        self.assertEqual((status, len(body["rows"]), body["more"]), (200, 2000, True))
        started = time.monotonic()
        status, body = self.served.json("/api/query", method="POST", body="SELECT sum(a.range * b.range % 7) FROM range(10000000) a, range(10000000) b")
        self.assertEqual(status, 408, body)
        self.assertLess(time.monotonic() - started, 30)
        status, body = self.served.json("/api/query", method="POST", body="SELECT 2 AS two")
        self.assertEqual(body["rows"], [["2"]])

    def test_other_sites_get_no_answer(self):
        for headers in ({"Host": "evil.example"}, {"Host": f"localhost.evil.example:{self.served.port}"}, {"Origin": "http://evil.example"}, {"Origin": "null"}):
            for method, path in (("GET", "/api/facts"), ("POST", "/api/query"), ("GET", "/"), ("POST", "/api/stop?log=run.jsonl")):
                response, data = self.served.ask(path, method=method, body="SELECT 1" if method == "POST" else None, headers=headers)
                self.assertEqual(response.status, 403, (headers, path))
        response, _ = self.served.ask("/api/facts", method="OPTIONS")
        self.assertEqual(response.status, 405)

    def test_pages_allow_their_own_scripts_alone(self):
        response, page = self.served.ask("/")
        policy = response.getheader("Content-Security-Policy")
        self.assertIn("default-src 'none'", policy)
        self.assertNotIn("unsafe", policy)
        self.assertIn("frame-ancestors 'none'", policy)
        self.assertEqual(response.getheader("X-Content-Type-Options"), "nosniff")
        self.assertNotIn(b"<script>", page)
        for name in ("serve.js", "charts.js", "serve.css"):
            self.assertEqual(self.served.ask("/" + name)[0].status, 200)

    def test_text_of_artifacts_stays_text(self):
        response, data = self.served.ask("/api/files")
        self.assertTrue(response.getheader("Content-Type").startswith("application/json"))
        self.assertIn("<img src=x onerror=alert(1)>.csv", [row[0] for row in json.loads(data)["rows"]])

    def test_metrics_are_prometheus_text(self):
        self.served.ask("/api/overview")
        _, data = self.served.ask("/metrics")
        for line in data.decode().splitlines():
            self.assertRegex(line, r'^(# (HELP|TYPE) \w+ .+|\w+(\{\w+="[^"]*"(,\w+="[^"]*")*\})? \d+(\.\d+)?)$')
        self.assertRegex(data.decode(), r"chimera_facts \d+")

    def events(self, connection, wanted, seconds=20):
        text = ""
        deadline = time.monotonic() + seconds
        while wanted not in text and time.monotonic() < deadline:
            text += connection.recv(65536).decode()
        return text

    def stream(self, query, headers=""):
        connection = socket.create_connection(("127.0.0.1", self.served.port), timeout=20)
        connection.sendall(f"GET /api/live?{query} HTTP/1.1\r\nHost: 127.0.0.1\r\n{headers}\r\n".encode())
        return connection

    def test_a_growing_log_arrives_as_it_grows(self):
        log = self.folder / "grows.jsonl"
        log.write_text(SESSION)
        with self.stream("log=grows.jsonl") as connection:
            self.assertIn("text/event-stream", self.events(connection, "most_blocks"))
            with log.open("a") as file:
                file.write(SAMPLE % (1, "61.25"))
            text = self.events(connection, "61.25")
            self.assertIn("61.25", text)
        with self.stream("log=grows.jsonl", f"Last-Event-ID: {len(SESSION)}\r\n") as connection:
            self.assertNotIn("most_blocks", self.events(connection, "61.25"))

    def test_streams_and_idle_connections_keep_no_page_waiting(self):
        streams = [self.stream("log=run.jsonl") for _ in range(8)]
        idle = [socket.create_connection(("127.0.0.1", self.served.port)) for _ in range(50)]
        try:
            time.sleep(0.5)
            started = time.monotonic()
            self.assertEqual(self.served.ask("/api/overview")[0].status, 200)
            self.assertLess(time.monotonic() - started, 3)
            more = [self.stream("log=run.jsonl") for _ in range(10)]
            time.sleep(1)
            refused = 0
            for connection in more:
                refused += b"503" in connection.recv(64)
                connection.close()
            self.assertEqual(refused, 2)
        finally:
            for connection in streams + idle:
                connection.close()
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and b"chimera_live_streams 0\n" not in self.served.ask("/metrics")[1]:
            time.sleep(0.3)
        self.assertIn(b"chimera_live_streams 0\n", self.served.ask("/metrics")[1])

    def test_a_body_that_is_too_large_is_refused_and_a_broken_one_answered(self):
        connection = socket.create_connection(("127.0.0.1", self.served.port), timeout=20)
        connection.sendall(b"POST /api/verify HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 99999999999\r\n\r\n")
        self.assertIn(b"413", connection.recv(64))
        connection.close()
        status, body = self.served.json("/api/verify", method="POST", body=os.urandom(4096))
        self.assertIn(status, (200, 422), body)
        status, body = self.served.json("/api/verify", method="POST", body=b"It took 5 ms.\n" * (33 * 2 ** 20 // 14))
        self.assertEqual((status, body["error"]), (413, "a report of up to 32 MiB is judged here"))
        self.assertIn("chimera verify", body["hint"])
        connection = socket.create_connection(("127.0.0.1", self.served.port), timeout=20)
        connection.sendall(b"\x00\xff garbage\r\n\r\n")
        connection.close()
        self.assertEqual(self.served.ask("/api/overview")[0].status, 200)

    def test_nobody_writes_a_log_that_has_ended(self):
        status, body = self.served.json("/api/stop?log=run.jsonl", method="POST", body="")
        self.assertEqual(status, 422)
        self.assertIn("nobody writes", body["error"])

    def test_a_measurement_is_stopped_and_keeps_its_log(self):
        log = self.folder / "stopped.jsonl"
        running = subprocess.Popen([CHIMERA, "run", "-o", str(log), "--", "sleep", "60"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            deadline = time.monotonic() + 20
            asked = {}
            while time.monotonic() < deadline and "asked" not in asked:
                asked = self.served.json("/api/stop?log=stopped.jsonl", method="POST", body="")[1]
                time.sleep(0.2)
            self.assertEqual(asked, {"asked": 1})
            running.wait(timeout=20)
            self.assertIn('"chimera-trial/', log.read_text())
        finally:
            running.kill()
            running.wait()

    @unittest.skipIf(browser_missing(), browser_missing())
    def test_in_chromium(self):
        run_script(self, "serve.mjs", self.served.address, self.folder)


class Starting(unittest.TestCase):
    def run_serve(self, *arguments):
        return subprocess.run([CHIMERA, "serve", *map(str, arguments)], capture_output=True, text=True, timeout=60)

    def test_another_address_needs_a_token(self):
        done = self.run_serve(ROOT / "examples", "--host", "0.0.0.0", "--port", "0")
        self.assertEqual(done.returncode, 2)
        self.assertIn("token", done.stderr)

    def test_a_token_that_would_break_a_header_is_refused(self):
        self.assertEqual(self.run_serve(ROOT / "examples", "--token", "a;b", "--port", "0").returncode, 2)

    def test_a_port_in_use_is_said(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            done = self.run_serve(ROOT / "examples", "--port", taken.getsockname()[1])
        self.assertEqual(done.returncode, 3)
        self.assertIn("cannot listen", done.stderr)

    def test_a_store_is_served_in_place_of_a_folder_and_an_empty_folder_too(self):
        with tempfile.TemporaryDirectory() as scratch:
            store = pathlib.Path(scratch) / "s.duckdb"
            subprocess.run([CHIMERA, "ingest", ROOT / "examples", "--store", store, "--quiet"], check=True, stdout=subprocess.DEVNULL)
            with Served(folder=store) as served:
                self.assertGreater(served.json("/api/overview")[1]["facts"], 0)
                self.assertEqual(served.json("/api/verify", method="POST", body="It took 5 s.")[0], 200)
            empty = pathlib.Path(scratch) / "empty"
            empty.mkdir()
            with Served(folder=empty) as served:
                self.assertEqual(served.json("/api/facts")[1]["total"], 0)
                self.assertEqual(served.json("/api/verify", method="POST", body="It took 5 s.")[0], 422)

    def test_with_a_token_nothing_is_answered_without_it(self):
        with Served("--token", "s3cret", folder=ROOT / "examples") as served:
            for path in ("/", "/api/facts", "/metrics", "/serve.js"):
                self.assertEqual(served.ask(path)[0].status, 401, path)
            self.assertEqual(served.ask("/api/facts", headers={"Authorization": "Bearer s3cret"})[0].status, 200)
            response, _ = served.ask("/?token=s3cret")
            self.assertEqual((response.status, response.getheader("Location")), (302, "/"))
            cookie = response.getheader("Set-Cookie")
            self.assertIn("HttpOnly", cookie)
            self.assertEqual(served.ask("/", headers={"Cookie": cookie.split(";")[0]})[0].status, 200)


if __name__ == "__main__":
    unittest.main()
