"""Uses blocking sockets, one after another.

fails: test_requests_overlap, test_large_requests, test_answers_in_pieces, test_answers_without_length, test_failures_become_results
says: A call blocked the only thread
"""

import json
import socket
import time
from collections.abc import Sequence
from urllib.parse import urlsplit

import h11

from grader.lab import ApiCase, ApiResult


def send(case: ApiCase) -> ApiResult:
    url = urlsplit(case.url)
    body = json.dumps(case.payload).encode()
    deadline = time.monotonic() + 5
    http = h11.Connection(our_role=h11.CLIENT)
    headers = {"Host": url.netloc, "Content-Length": str(len(body)), **case.headers}
    try:
        with socket.create_connection((url.hostname, url.port), timeout=5) as sock:
            request = h11.Request(method="POST", target=url.path, headers=list(headers.items()))
            for event in (request, h11.Data(data=body), h11.EndOfMessage()):
                sock.sendall(http.send(event))
            status, answer = None, b""
            while True:
                event = http.next_event()
                if event is h11.NEED_DATA:
                    sock.settimeout(max(1e-9, deadline - time.monotonic()))
                    http.receive_data(sock.recv(4096))
                elif isinstance(event, h11.Response):
                    status = event.status_code
                elif isinstance(event, h11.Data):
                    answer += event.data
                else:
                    return ApiResult(status, json.loads(answer), None)
    except (OSError, h11.RemoteProtocolError) as error:
        return ApiResult(None, None, repr(error))


def send_all(cases: Sequence[ApiCase]) -> list[ApiResult]:
    return [send(case) for case in cases]
