"""Sockets in blocking mode, each used only when select says that it is ready; sending never waits for more room."""

import json
import select
import socket
import time
from urllib.parse import urlsplit

import h11

from grader.lab import ApiResult


def send_all(cases):
    states = []
    start = time.monotonic()
    for case in cases:
        url = urlsplit(case.url)
        address = socket.getaddrinfo(url.hostname, url.port, type=socket.SOCK_STREAM)[0][4]
        sock = socket.socket()
        sock.setblocking(False)
        try:
            sock.connect(address)
        except BlockingIOError:
            pass
        sock.setblocking(True)
        http = h11.Connection(our_role=h11.CLIENT)
        body = json.dumps(case.payload).encode()
        headers = [("Host", url.netloc), ("Connection", "close"), ("Content-Length", str(len(body)))]
        headers += case.headers.items()
        out = http.send(h11.Request(method="POST", target=url.path, headers=headers))
        out += http.send(h11.Data(data=body)) + http.send(h11.EndOfMessage())
        states.append({"sock": sock, "http": http, "out": out, "in": b"", "result": None})

    try:
        while True:
            reading = {s["sock"]: s for s in states if s["result"] is None and not s["out"]}
            writing = {s["sock"]: s for s in states if s["result"] is None and s["out"]}
            left = start + 5 - time.monotonic()
            if not reading and not writing:
                break
            if left <= 0:
                for state in (*reading.values(), *writing.values()):
                    state["result"] = ApiResult(None, None, "too late")
                break
            readable, writable, _ = select.select(list(reading), list(writing), [], left)
            for sock in readable:
                receive(reading[sock])
            for sock in writable:
                state = writing[sock]
                try:
                    state["out"] = state["out"][sock.send(state["out"], socket.MSG_DONTWAIT) :]
                except ConnectionError as error:
                    state["result"] = ApiResult(None, None, repr(error))
            for state in states:
                if state["result"] is not None:
                    state["sock"].close()
    finally:
        for state in states:
            state["sock"].close()
    return [state["result"] for state in states]


def receive(state):
    """Collect what comes until the server closes, as it was asked to; h11 reads it then."""
    data = state["sock"].recv(512)
    state["in"] += data
    if data:
        return
    http, status, body = state["http"], None, b""
    try:
        http.receive_data(state["in"])
        http.receive_data(b"")
        while True:
            event = http.next_event()
            if isinstance(event, h11.Response):
                status = event.status_code
            elif isinstance(event, h11.Data):
                body += bytes(event.data)
            elif isinstance(event, h11.EndOfMessage):
                state["result"] = ApiResult(status, json.loads(body), None)
                return
    except h11.RemoteProtocolError as error:
        state["result"] = ApiResult(None, None, str(error))
