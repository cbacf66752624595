"""An inference server that does what its arguments say; the tests of --serve-cmd start it.

    fake_server.py --port N [--delay S] [--loading S] [--die-after N] [--fail TEXT] [--ignore-term] [--child FILE]
                   [--name NAME] [--pause MS] [ANY...]

--delay: seconds before it listens. --loading: seconds for which /health says 503. --die-after: ends with code 7 at the N-th
completion. --fail: writes TEXT and ends at once with code 3. --ignore-term: goes on after SIGTERM. --child: starts a process
in a session of its own and writes its number to FILE. --name: of its model. --pause: before each answer, in milliseconds. Other arguments are shown at /arguments.
"""
import http.server
import json
import os
import signal
import subprocess
import sys
import time

known = {"--port": "0", "--delay": "0", "--loading": "0", "--die-after": "0", "--fail": "", "--child": "", "--name": "fake", "--pause": "0"}
others, arguments = [], sys.argv[1:]
while arguments:
    word = arguments.pop(0)
    if word in known:
        known[word] = arguments.pop(0)
    else:
        others.append(word)

print("fake server:", " ".join(sys.argv[1:]), flush=True)
if known["--fail"]:
    print(known["--fail"], file=sys.stderr)
    sys.exit(3)
if "--ignore-term" in others:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
if known["--child"]:
    child = subprocess.Popen(["sleep", "300"], start_new_session=True)
    with open(known["--child"], "w") as file:
        file.write(str(child.pid))
time.sleep(float(known["--delay"]))
ready = time.monotonic() + float(known["--loading"])
completions = 0


class Server(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, status, body, kind="application/json"):
        data = body.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_GET(self):
        if self.path == "/health":
            self.answer(200 if time.monotonic() >= ready else 503, "{}")
        elif self.path == "/v1/models":
            self.answer(200, json.dumps({"object": "list", "data": [{"id": known["--name"], "object": "model"}]}))
        elif self.path == "/arguments":
            self.answer(200, json.dumps(others))
        else:
            self.answer(404, "{}")

    def do_POST(self):
        global completions
        self.rfile.read(int(self.headers["Content-Length"]))
        completions += 1
        if completions == int(known["--die-after"]):
            print("CUDA error: out of memory", file=sys.stderr, flush=True)
            os._exit(7)
        time.sleep(float(known["--pause"]) / 1000)
        events = [{"model": known["--name"], "choices": [{"text": " word", "index": 0, "finish_reason": None}]}] * 4
        events.append({"choices": [{"text": "", "index": 0, "finish_reason": "length"}]})
        events.append({"choices": [], "usage": {"prompt_tokens": 5, "completion_tokens": 4, "total_tokens": 9}})
        self.answer(200, "".join(f"data: {json.dumps(event)}\n\n" for event in events) + "data: [DONE]\n\n", "text/event-stream")

    def log_message(self, *_):
        pass


http.server.ThreadingHTTPServer(("127.0.0.1", int(known["--port"])), Server).serve_forever()
