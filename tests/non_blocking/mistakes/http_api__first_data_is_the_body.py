"""Parses the first Data event as the whole body.

fails: test_answers_in_pieces, test_answers_without_length, test_silent_server_times_out
says: The result of case 1 is wrong.
"""

import json
import select
import socket
import time
from collections.abc import Sequence
from urllib.parse import urlsplit

import h11

from grader.lab import ApiCase, ApiResult

TIMEOUT = 5


class Connection:
    def __init__(self, case: ApiCase) -> None:
        url = urlsplit(case.url)
        body = json.dumps(case.payload).encode()
        headers = [
            ("Host", url.netloc),
            ("Content-Type", "application/json"),
            ("Content-Length", str(len(body))),
            *case.headers.items(),
        ]
        self.http = h11.Connection(our_role=h11.CLIENT)
        self.to_send = self.http.send(h11.Request(method="POST", target=url.path, headers=headers))
        self.to_send += self.http.send(h11.Data(data=body))
        self.to_send += self.http.send(h11.EndOfMessage())
        self.status = None
        self.body = b""
        self.result = None
        self.deadline = time.monotonic() + TIMEOUT
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self.sock.setblocking(False)
        self.sock.connect_ex((url.hostname, url.port))

    def fileno(self) -> int:
        return self.sock.fileno()

    def write(self) -> None:
        try:
            sent = self.sock.send(self.to_send)
            self.to_send = self.to_send[sent:]
        except OSError as error:
            self.finish(ApiResult(None, None, repr(error)))

    def read(self) -> None:
        try:
            data = self.sock.recv(4096)
            self.http.receive_data(data)
            while True:
                event = self.http.next_event()
                if isinstance(event, h11.Response):
                    self.status = event.status_code
                elif isinstance(event, h11.Data):
                    self.finish(ApiResult(self.status, json.loads(event.data), None))
                    break
                elif isinstance(event, h11.EndOfMessage):
                    self.finish(ApiResult(self.status, json.loads(self.body), None))
                    break
                else:
                    break
        except (OSError, ValueError, h11.RemoteProtocolError) as error:
            self.finish(ApiResult(None, None, repr(error)))

    def finish(self, result: ApiResult) -> None:
        self.result = result
        self.sock.close()


def send_all(cases: Sequence[ApiCase]) -> list[ApiResult]:
    connections = [Connection(case) for case in cases]
    while waiting := [connection for connection in connections if connection.result is None]:
        readers = [connection for connection in waiting if not connection.to_send]
        writers = [connection for connection in waiting if connection.to_send]
        left = min(connection.deadline for connection in waiting) - time.monotonic()
        readable, writable, _ = select.select(readers, writers, [], max(0, left))
        for connection in readable:
            connection.read()
        for connection in writable:
            connection.write()
        for connection in waiting:
            if connection.result is None and time.monotonic() >= connection.deadline:
                connection.finish(ApiResult(None, None, "timed out"))
    return [connection.result for connection in connections]
