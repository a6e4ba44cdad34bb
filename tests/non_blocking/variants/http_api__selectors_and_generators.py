"""A generator for each connection: it yields what it waits for, and a loop around a selector goes on with it."""

import json
import selectors
import socket
import time
from urllib.parse import urlsplit

import h11

from grader.lab import ApiResult

READ, WRITE = selectors.EVENT_READ, selectors.EVENT_WRITE


def exchange(case):
    url = urlsplit(case.url)
    body = json.dumps(case.payload).encode("utf-8")
    http = h11.Connection(h11.CLIENT)
    headers = {**case.headers, "Host": f"{url.hostname}:{url.port}", "Content-Length": str(len(body))}
    request = h11.Request(method=b"POST", target=url.path.encode(), headers=list(headers.items()))
    data = memoryview(http.send(request) + http.send(h11.Data(body)) + http.send(h11.EndOfMessage()))
    with socket.socket() as sock:
        sock.setblocking(False)
        try:
            sock.connect((url.hostname, url.port))
        except BlockingIOError:
            pass
        yield sock, WRITE
        number = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if number:
            return ApiResult(None, None, f"connection failed: error {number}")
        while data:
            data = data[sock.send(data) :]
            if data:
                yield sock, WRITE
        status, parts = None, []
        while True:
            event = http.next_event()
            if event is h11.NEED_DATA:
                yield sock, READ
                http.receive_data(sock.recv(1024))
            elif type(event) is h11.Response:
                status = event.status_code
            elif type(event) is h11.Data:
                parts.append(event.data)
            elif type(event) is h11.EndOfMessage:
                return ApiResult(status, json.loads(b"".join(parts)), None)
            elif type(event) is h11.ConnectionClosed:
                return ApiResult(None, None, "the server closed the connection")


def send_all(cases):
    results = {}
    deadline = time.monotonic() + 5
    with selectors.SelectSelector() as selector:

        def step(position, generator, go):
            try:
                sock, events = go()
            except StopIteration as stop:
                results[position] = stop.value
            except (OSError, h11.ProtocolError) as error:
                results[position] = ApiResult(None, None, str(error) or type(error).__name__)
            else:
                selector.register(sock, events, (position, generator))

        for position, case in enumerate(cases):
            generator = exchange(case)
            step(position, generator, generator.__next__)
        while len(results) < len(cases):
            left = deadline - time.monotonic()
            if left <= 0:
                break
            for key, _ in selector.select(left):
                selector.unregister(key.fileobj)
                position, generator = key.data
                step(position, generator, generator.__next__)
        for key in list(selector.get_map().values()):
            position, generator = key.data
            results[position] = ApiResult(None, None, "no answer within 5 s")
            generator.close()
    return [results[position] for position in range(len(cases))]
