"""Tests of HTTP libraries over simulated sockets: real ones, unchanged."""

from __future__ import annotations

import asyncio
import http.client
import http.server
import json
import threading
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
import requests
from aiohttp import web

from grader.simulation import NotSimulatedError, simulate
from grader.tests.simulation.bench import SECOND, stopped, value

if TYPE_CHECKING:
    from collections.abc import Iterator

URL = "http://localhost:8000"


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers GET and POST after as many seconds as the path says."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Answer."""
        length = int(self.headers.get("Content-Length", 0))
        sent = self.rfile.read(length).decode()
        seconds = self.path.rpartition("/")[2]
        time.sleep(float(seconds or 0))
        body = json.dumps({"path": self.path, "sent": sent}).encode()
        self.send_response(404 if "missing" in self.path else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET  # noqa: N815 - as the library calls it

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def served() -> Iterator[None]:
    """Run a threading HTTP server of the standard library in a simulated thread."""
    server = http.server.ThreadingHTTPServer(("localhost", 8000), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_the_client_of_the_standard_library() -> None:
    """`http.client` keeps a connection for several requests."""

    def use() -> list[object]:
        with served():
            connection = http.client.HTTPConnection("localhost", 8000)
            seen: list[object] = []
            for path in ("/1", "/missing/2"):
                connection.request("POST", path, body="hello")
                response = connection.getresponse()
                seen.append((response.status, json.loads(response.read())["sent"], time.monotonic() - 1000))
            connection.close()
            return seen

    assert value(use) == [(200, "hello", 1.0), (404, "hello", 3.0)]


def test_opening_urls() -> None:
    """`urllib.request` works, with its time-outs and errors."""

    def use() -> list[object]:
        with served():
            with urllib.request.urlopen(URL + "/2") as response:  # noqa: S310 - no real connection is made
                seen: list[object] = [response.status, json.load(response)["path"], time.monotonic()]
            with pytest.raises(TimeoutError):
                urllib.request.urlopen(URL + "/5", timeout=1)  # noqa: S310 - as above
            seen.append(time.monotonic())
            with pytest.raises(urllib.error.HTTPError):
                urllib.request.urlopen(URL + "/missing/0")  # noqa: S310 - as above
        with pytest.raises(urllib.error.URLError, match="refused"):
            urllib.request.urlopen(URL)
        return seen

    assert value(use) == [200, "/2", 1002.0, 1003.0]


def test_requests_in_threads() -> None:
    """Eight requests in eight threads take as long as the slowest."""

    def use() -> list[object]:
        with served(), ThreadPoolExecutor(8) as pool:
            return [
                response.json()["path"]
                for response in pool.map(lambda number: requests.get(f"{URL}/{number}", timeout=30), range(8))
            ]

    run = simulate(use)
    assert run.value == [f"/{number}" for number in range(8)]
    assert 7 * SECOND <= run.elapsed <= 7.5 * SECOND


def test_a_session_reuses_its_connections() -> None:
    """A `requests.Session` keeps the connection alive, and leaves nothing open when it is closed."""

    def use() -> list[object]:
        with served(), requests.Session() as session:
            return [session.post(URL + "/1", json={"a": 1}, timeout=9).json()["sent"] for _ in range(3)]

    run = simulate(use)
    assert run.value == ['{"a": 1}'] * 3
    assert run.leftovers == ()


def test_time_outs_of_requests() -> None:
    """A read that takes too long and a connection that nobody accepts raise what `requests` raises."""

    def use() -> float:
        with served(), pytest.raises(requests.ReadTimeout):
            requests.get(URL + "/60", timeout=(1, 2))
        moment = time.monotonic()
        with pytest.raises(requests.ConnectionError, match="refused"):
            requests.get(URL, timeout=1)
        return moment

    assert value(use) == 1002.0


def test_a_request_without_a_time_out_to_a_silent_server() -> None:
    """It would wait for ever: a deadlock."""
    import socket  # noqa: PLC0415 - for this test only

    def use() -> None:
        with socket.create_server(("localhost", 8000)):
            requests.get(URL)  # noqa: S113 - the mistake

    [main] = stopped(use).stuck
    assert (main.kind, main.detail) == ("socket", "recv")
    assert main.site is not None
    assert main.site.call == "get"


def test_requests_to_the_world_outside_are_refused() -> None:
    """A URL whose host isn't there is refused with a clear message, never asked for."""

    def use() -> None:
        requests.get("http://example.com", timeout=5)

    run = simulate(use)
    assert isinstance(run.error, requests.ConnectionError)
    assert "no host 'example.com'" in str(run.error).replace("\\", "")
    assert [event.data["call"] for event in run.events if event.kind == "refused"]


def test_encrypted_connections_are_refused() -> None:
    """HTTPS isn't simulated, and the message says what to do."""

    def use() -> None:
        with served():
            requests.get("https://localhost:8000", timeout=5)

    run = simulate(use)
    assert isinstance(run.error, NotSimulatedError)
    assert "use http://" in str(run.error)


async def answer(request: web.Request) -> web.Response:
    """Answer after as many seconds as the path says."""
    await asyncio.sleep(float(request.match_info["seconds"]))
    return web.json_response({"path": request.path, "sent": await request.text()})


@pytest.fixture
def application() -> Any:  # noqa: ANN401 - a context manager
    """Make something that runs an aiohttp server as long as it is entered."""

    class Running:
        async def __aenter__(self) -> None:
            application = web.Application()
            application.router.add_route("*", "/{seconds}", answer)
            self.runner = web.AppRunner(application)
            await self.runner.setup()
            await web.TCPSite(self.runner, "localhost", 8000).start()

        async def __aexit__(self, *_: object) -> None:
            await self.runner.cleanup()

    return Running


def test_client_and_server_of_aiohttp(application: Any) -> None:  # noqa: ANN401 - see the fixture
    """Five requests at the same time take as long as the slowest, over connections of aiohttp's own."""

    async def main() -> tuple[list[str], float]:
        async with application(), aiohttp.ClientSession() as session:

            async def fetch(number: int) -> str:
                async with session.post(f"{URL}/{number}", data=f"number {number}") as response:
                    return str((await response.json())["sent"])

            found = await asyncio.gather(*map(fetch, range(5)))
            return found, time.monotonic()

    run = simulate(lambda: asyncio.run(main()))
    assert run.error is None
    assert run.value == ([f"number {number}" for number in range(5)], 1004.0)


def test_limits_and_time_outs_of_aiohttp(application: Any) -> None:  # noqa: ANN401 - see the fixture
    """A connector's limit and a client's time-out hold to the digit."""

    async def main() -> list[object]:
        async with application():
            async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=2)) as session:

                async def fetch() -> int:
                    async with session.get(URL + "/1") as response:
                        return response.status

                seen: list[object] = [await asyncio.gather(*[fetch() for _ in range(4)]), time.monotonic()]
            timeout = aiohttp.ClientTimeout(total=2)
            async with aiohttp.ClientSession(timeout=timeout) as session:
                with pytest.raises(TimeoutError):
                    await session.get(URL + "/9")
                seen.append(time.monotonic())
            return seen

    found = value(lambda: asyncio.run(main()))
    assert found == [[200] * 4, 1002.0, pytest.approx(1004, abs=1)]


def test_aiohttp_without_a_server() -> None:
    """A refused connection is aiohttp's own error."""

    async def main() -> None:
        async with aiohttp.ClientSession() as session:
            await session.get(URL)

    assert isinstance(simulate(lambda: asyncio.run(main())).error, aiohttp.ClientConnectorError)


def test_a_request_in_a_thread_to_a_server_in_a_loop(application: Any) -> None:  # noqa: ANN401 - see the fixture
    """`requests` in threads of `to_thread` talks to an aiohttp server in the loop."""

    async def main() -> list[object]:
        async with application():
            responses = await asyncio.gather(
                *[asyncio.to_thread(requests.get, f"{URL}/{number}", timeout=9) for number in (2, 1)]
            )
            return [*[response.json()["path"] for response in responses], time.monotonic()]

    assert value(lambda: asyncio.run(main())) == ["/2", "/1", 1002.0]
