"""Leaves it all to asyncio, whose streams look the host's name up in another thread.

fails: test_requests_overlap, test_large_requests, test_answers_in_pieces
says: It used threads.
"""

import asyncio
import json
from collections.abc import Sequence
from urllib.parse import urlsplit

import h11

from grader.lab import ApiCase, ApiResult


async def exchange(case: ApiCase) -> ApiResult:
    url = urlsplit(case.url)
    body = json.dumps(case.payload).encode()
    http = h11.Connection(our_role=h11.CLIENT)
    headers = {"Host": url.netloc, "Content-Length": str(len(body)), **case.headers}
    reader, writer = await asyncio.open_connection(url.hostname, url.port)
    try:
        request = h11.Request(method="POST", target=url.path, headers=list(headers.items()))
        for event in (request, h11.Data(data=body), h11.EndOfMessage()):
            writer.write(http.send(event))
        await writer.drain()
        status, answer = None, b""
        while True:
            event = http.next_event()
            if event is h11.NEED_DATA:
                http.receive_data(await reader.read(4096))
            elif isinstance(event, h11.Response):
                status = event.status_code
            elif isinstance(event, h11.Data):
                answer += event.data
            else:
                return ApiResult(status, json.loads(answer), None)
    finally:
        writer.close()


async def send(case: ApiCase) -> ApiResult:
    try:
        return await asyncio.wait_for(exchange(case), 5)
    except (OSError, h11.RemoteProtocolError, TimeoutError) as error:
        return ApiResult(None, None, repr(error))


async def send_them(cases: Sequence[ApiCase]) -> list[ApiResult]:
    return await asyncio.gather(*(send(case) for case in cases))


def send_all(cases: Sequence[ApiCase]) -> list[ApiResult]:
    return asyncio.run(send_them(cases))
