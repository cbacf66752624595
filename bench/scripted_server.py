"""A server on the loopback that sends an answer of known times: the other side of bench/client_overhead.py.

    scripted_server.py PROTOCOL TOKENS FIRST_MS GAP_US STAMPS

PROTOCOL is ollama or openai. Each POST gets TOKENS pieces: the first FIRST_MS after the request was read whole, each
further one GAP_US after the one before. When an answer is complete, one line of JSON goes to the file STAMPS: the steady
time (CLOCK_MONOTONIC, ns, the clock that the client stamps with) at which the request was there and at which each piece
was handed to the kernel. Prints its port, then serves until its standard input ends.
"""
import json
import os
import socket
import sys
import threading
import time


def pieces(protocol, count):
    """(the bytes of each piece, the bytes that end the answer)"""
    if protocol == "ollama":
        piece = b'{"model":"scripted","created_at":"2026-01-01T00:00:00.000000Z","message":{"role":"assistant","content":" word"},"done":false}\n'
        end = b'{"model":"scripted","done":true,"done_reason":"stop","total_duration":1,"eval_count":%d,"eval_duration":1}\n' % count
    else:
        piece = b'data: {"id":"x","object":"chat.completion.chunk","created":1,"model":"scripted","choices":[{"index":0,"delta":{"content":" word"},"finish_reason":null}]}\n\n'
        end = (b'data: {"id":"x","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n'
               b'data: {"id":"x","choices":[],"usage":{"prompt_tokens":1,"completion_tokens":%d}}\n\ndata: [DONE]\n\n' % count)
    return piece, end


def chunk(data):
    return b"%x\r\n%s\r\n" % (len(data), data)


def wait_until(target):
    """Sleeps, then spins the last half millisecond: what is measured is the client, not this sleep."""
    left = target - time.monotonic_ns()
    if left > 1_000_000:
        time.sleep((left - 500_000) / 1e9)
    while time.monotonic_ns() < target:
        pass


def answer(connection, protocol, count, first_ns, gap_ns):
    request = b""
    while b"\r\n\r\n" not in request:
        more = connection.recv(65536)
        if not more:
            return None
        request += more
    head, body = request.split(b"\r\n\r\n", 1)
    length = next(int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length"))
    while len(body) < length:
        body += connection.recv(65536)
    there = time.monotonic_ns()
    piece, end = pieces(protocol, count)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n")
    data, stamps, target = chunk(piece), [], there + first_ns
    for _ in range(count):
        wait_until(target)
        stamps.append(time.monotonic_ns())
        connection.sendall(data)
        target += gap_ns
    connection.sendall(chunk(end) + b"0\r\n\r\n")
    return {"there": there, "sent": stamps}


def serve(connection, arguments, stamps):
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    with connection:
        while True:
            done = answer(connection, *arguments)
            if done is None:
                return
            with open(stamps, "a", encoding="utf-8") as out:
                out.write(json.dumps(done) + "\n")


def main():
    protocol, count, first_ms, gap_us, stamps = sys.argv[1:]
    arguments = (protocol, int(count), int(float(first_ms) * 1e6), int(float(gap_us) * 1e3))
    listener = socket.create_server(("127.0.0.1", 0))
    print(listener.getsockname()[1], flush=True)
    threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=serve, args=(connection, arguments, stamps), daemon=True).start()


if __name__ == "__main__":
    main()
