"""Tests of the mock API's door for sockets."""

from __future__ import annotations

import json
import select
import socket
import time
from contextlib import nullcontext, suppress
from typing import Any

import pytest
import requests

from grader.lab.mock_api import MockApi, MockApiError, Route
from grader.lab.wire import MISREAD, Wire
from grader.tests.lab.mock_api_bench import Bench, Witness, seconds, value

HOST, PORT = "api.test", 8001
URL = f"http://{HOST}:{PORT}/orders"


def route(key: str = "a", port: int = PORT, *, latency: float = 0, outcome: Any = "answer", **wire: Any) -> Route:  # noqa: ANN401 - as the two classes have them
    """Make a route with a server of its own."""
    status = 200 if outcome == "answer" else 0
    url = f"http://{HOST}:{port}/orders"
    return Route(key, url, latency=latency, outcome=outcome, status=status or 200, wire=Wire(**wire))


def request(body: bytes = b"{}", *, method: str = "POST", target: str = "/orders", close: bool = False) -> bytes:
    """Write a request as it goes over the wire."""
    lines = [f"{method} {target} HTTP/1.1", f"Host: {HOST}", "X-Case: 7", f"Content-Length: {len(body)}"]
    lines += ["Connection: close"] if close else []
    return "\r\n".join([*lines, "", ""]).encode() + body


def asked(data: bytes) -> bytes:
    """Send bytes to the server, and receive until it closes."""
    with socket.create_connection((HOST, PORT)) as client:
        client.sendall(data)
        return received(client)


def received(client: socket.socket) -> bytes:
    """Receive until the end."""
    data = b""
    while part := client.recv(4096):
        data += part
    return data


def arrivals(client: socket.socket) -> list[tuple[float, bytes]]:
    """Receive until the end or the time-out, and say when each part came, in seconds from the beginning."""
    parts = []
    with suppress(TimeoutError):
        while part := client.recv(4096):
            parts.append((round(time.monotonic() - 1000, 6), part))
    return parts


def test_a_request_over_a_socket_is_answered_in_time() -> None:
    """The answer comes after the latency, and the announcer hears of begin and end."""
    bench = Bench(route(latency=2))
    run = bench.run(lambda: asked(request(b'{"a": 1}', close=True)))
    assert seconds(run) == 2
    head, _, body = value(run).partition(b"\r\n\r\n")
    assert head.split(b"\r\n") == [
        b"HTTP/1.1 200 OK",
        b"Content-Type: application/json",
        b"Content-Length: 12",
        b"Connection: close",
    ]
    assert json.loads(body) == {"key": "a"}
    assert bench.witness.heard == [("begin", "a"), ("end", "a")]
    assert run.leftovers == ()


def test_the_announcer_hears_what_was_sent() -> None:
    """Method, address, headers, JSON and door are announced, and the record names the line that sent it."""
    bench = Bench(route())
    seconds(bench.run(lambda: asked(request(b'{"a": [1, null]}', close=True))))
    (details,) = bench.witness.details
    assert details.pop("headers") == {
        "host": HOST,
        "x-case": "7",
        "content-length": "16",
        "connection": "close",
    }
    assert details == {
        "method": "POST",
        "url": URL,
        "json": {"a": [1, None]},
        "body": None,
        "timeout": None,
        "connect_timeout": None,
        "door": "socket",
        "session": None,
    }
    (call,) = bench.api.calls
    assert (call.thread, call.how, call.in_flight) == (0, "answered", 1)
    assert call.site is not None
    assert call.site.function == "asked"


def test_requests_in_one_thread_overlap() -> None:
    """Three servers work at the same time for one thread that selects, each for as long as it takes."""
    bench = Bench(*[route(str(number), PORT + number, latency=3 - number) for number in range(3)])

    def send_all() -> list[float]:
        clients = [socket.create_connection((HOST, PORT + number)) for number in range(3)]
        for client in clients:
            client.sendall(request())
        seen = []
        while clients:
            for client in select.select(clients, [], [])[0]:
                client.recv(4096)
                client.close()
                clients.remove(client)
                seen.append(time.monotonic() - 1000)
        return seen

    run = bench.run(send_all)
    assert value(run) == [1, 2, 3]
    assert [call.in_flight for call in bench.api.calls] == [1, 2, 3]
    assert bench.witness.heard[3:] == [("end", "2"), ("end", "1"), ("end", "0")]
    assert {event.thread for event in run.events} == {0}


def test_who_reads_before_sending_is_in_a_deadlock() -> None:
    """A server that waits for a request wakes nobody."""
    bench = Bench(route())

    def read_first() -> None:
        with socket.create_connection((HOST, PORT)) as client:
            select.select([client], [], [])

    run = bench.run(read_first)
    assert run.standstill is not None
    assert (run.standstill.reason, run.standstill.time) == ("deadlock", 0)
    assert [stuck.name for stuck in run.standstill.stuck] == ["MainThread"]
    assert bench.witness.heard == []


def test_a_silent_server_without_a_timeout_is_a_deadlock() -> None:
    """Nothing is due at a server that never answers."""
    bench = Bench(route(outcome="silent"))
    run = bench.run(lambda: asked(request()))
    assert run.standstill is not None
    assert run.standstill.reason == "deadlock"
    assert bench.witness.heard == [("begin", "a"), ("abandon", "a", "stopped")]


def test_who_closes_gives_up() -> None:
    """A client that closes its socket before the answer has given up; shutting down its sending alone is no end."""
    bench = Bench(route(latency=9))

    def give_up() -> None:
        with socket.create_connection((HOST, PORT)) as client:
            client.sendall(request())
            client.shutdown(socket.SHUT_WR)
            assert select.select([client], [], [], 5) == ([], [], [])
        time.sleep(10)

    assert seconds(bench.run(give_up)) == 15
    assert bench.witness.heard == [("begin", "a"), ("abandon", "a", "disconnected")]
    assert bench.api.calls[0].ended == 5 * 10**9


def test_who_shuts_down_sending_gets_the_answer() -> None:
    """Half a close says that nothing more is asked."""
    bench = Bench(route(latency=1))

    def ask() -> bytes:
        with socket.create_connection((HOST, PORT)) as client:
            client.sendall(request())
            client.shutdown(socket.SHUT_WR)
            return received(client)

    assert value(bench.run(ask)).endswith(b'{"key": "a"}')


def test_a_refused_connection_is_witnessed() -> None:
    """Nobody listens at the port, and the attempt is announced although nothing can be sent."""
    bench = Bench(route(outcome="refused"))

    def connect() -> None:
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection((HOST, PORT))

    seconds(bench.run(connect))
    assert bench.witness.heard == [("begin", "a"), ("abandon", "a", "refused")]
    assert bench.witness.details[0]["url"] == URL


def test_an_answer_comes_in_pieces() -> None:
    """Four pieces are spread evenly over the latency, cut anywhere; the payload is handed out at the end."""
    bench = Bench(route(latency=4, pieces=4))

    def ask() -> list[tuple[float, bytes]]:
        with socket.create_connection((HOST, PORT)) as client:
            client.sendall(request(close=True))
            return arrivals(client)

    parts = value(bench.run(ask))
    assert [when for when, _ in parts] == [1, 2, 3, 4]
    assert b"\r\n\r\n" not in parts[0][1]
    assert b"key" not in b"".join(data for _, data in parts[:3])
    head, _, body = b"".join(data for _, data in parts).partition(b"\r\n\r\n")
    assert b"Content-Length: %d" % len(body) in head
    assert json.loads(body) == {"key": "a"}
    assert bench.api.calls[0].ended == 4 * 10**9


@pytest.mark.parametrize("pieces", [1, 3])
def test_an_answer_may_be_chunked(pieces: int) -> None:
    """A chunked answer has no length, ends with an empty chunk, and leaves the connection open."""
    bench = Bench(route(latency=1, pieces=pieces, framing="chunked"))

    def ask() -> bytes:
        with socket.create_connection((HOST, PORT)) as client:
            client.sendall(request())
            client.settimeout(2)
            return b"".join(data for _, data in arrivals(client))

    run = bench.run(ask)
    assert seconds(run) == 3
    answer = value(run)
    assert b"Transfer-Encoding: chunked" in answer
    assert b"Content-Length" not in answer
    assert answer.endswith(b"\r\n0\r\n\r\n")


@pytest.mark.parametrize("pieces", [1, 3])
def test_an_answer_may_end_with_the_connection(pieces: int) -> None:
    """An answer without any length is over when the server closes."""
    bench = Bench(route(latency=1, pieces=pieces, framing="close"))
    head, _, body = value(bench.run(lambda: asked(request()))).partition(b"\r\n\r\n")
    assert b"Connection: close" in head
    assert b"Length" not in head
    assert b"chunked" not in head
    assert json.loads(body) == {"key": "a"}


@pytest.mark.parametrize("framing", ["length", "chunked", "close"])
def test_an_answer_may_break_off(framing: Any) -> None:  # noqa: ANN401 - a Framing
    """The connection is closed in the middle of the body, and the announcer hears that no answer was given."""
    bench = Bench(route(latency=2, outcome="broken", framing=framing))
    run = bench.run(lambda: asked(request()))
    assert seconds(run) == 2
    assert b"\r\n\r\n" in value(run)
    assert b'{"receipt": "' in value(run)
    assert b"}" not in value(run)
    assert bench.witness.heard == [("begin", "a"), ("abandon", "a", "broken")]


def test_an_answer_may_drip_in_without_end() -> None:
    """A silent server with pieces sends all but the last."""
    bench = Bench(route(latency=4, outcome="silent", pieces=4))

    def ask() -> list[float]:
        with socket.create_connection((HOST, PORT)) as client:
            client.sendall(request())
            client.settimeout(5)
            return [when for when, _ in arrivals(client)]

    run = bench.run(ask)
    assert (seconds(run), value(run)) == (8, [1, 2, 3])
    assert bench.witness.heard == [("begin", "a"), ("abandon", "a", "disconnected")]


def test_a_request_may_be_taken_in_parts() -> None:
    """A server that takes 100 bytes every 0.1 s lets a client send no more; the latency counts from the first byte."""
    bench = Bench(route(latency=3, takes=100))

    def ask() -> list[int]:
        data = request(json.dumps("x" * 400).encode(), close=True)
        sent = []
        with socket.create_connection((HOST, PORT)) as client:
            client.setblocking(False)
            while data:
                select.select([], [client], [])
                sent.append(client.send(data))
                data = data[sent[-1] :]
            client.setblocking(True)
            received(client)
        return sent

    run = bench.run(ask)
    assert seconds(run) == 3
    assert value(run)[:-1] == [100] * 4
    assert bench.api.calls[0].began == 5 * 10**8
    assert bench.witness.details[0]["json"] == "x" * 400


def test_a_request_that_is_taken_too_slowly_is_answered_when_it_is_there() -> None:
    """A latency that is over before the request has arrived makes no answer come earlier."""
    bench = Bench(route(latency=0.2, takes=100))
    run = bench.run(lambda: asked(request(b"1" * 300, close=True)))
    assert seconds(run) == 0.4


def test_a_request_that_is_not_sent_whole_is_none() -> None:
    """A server waits for the rest of a request, and nothing is announced."""
    bench = Bench(route(takes=100))

    def ask() -> None:
        with socket.create_connection((HOST, PORT)) as client:
            client.setblocking(False)
            client.send(request(b"x" * 300))
            assert select.select([client], [], [], 5) == ([], [], [])

    seconds(bench.run(ask))
    assert bench.witness.heard == []


def test_a_connection_may_take_its_time() -> None:
    """The connection stands after the given time, and the latency counts from the request."""
    bench = Bench(route(latency=2, connect=0.5))
    assert seconds(bench.run(lambda: asked(request(close=True)))) == 2.5


def test_one_connection_may_carry_several_requests() -> None:
    """The connection stays open, also for a request that came ahead; without a payload the answer is a clear 409."""
    bench = Bench(route(latency=1))
    run = bench.run(lambda: asked(request() + request(close=True)))
    assert seconds(run) == 2
    assert value(run).count(b"HTTP/1.1 200 OK") == value(run).count(b"HTTP/1.1 409 Conflict") == 1
    assert bench.witness.heard == [("begin", "a"), ("end", "a")] * 2


@pytest.mark.parametrize("framing", ["length", "chunked", "close"])
def test_a_client_of_the_old_kind_is_understood(framing: Any) -> None:  # noqa: ANN401 - a Framing
    """HTTP/1.0 has no chunks, and its connections are closed."""
    bench = Bench(route(framing=framing))
    answer = value(bench.run(lambda: asked(b"POST /orders HTTP/1.0\r\nContent-Length: 2\r\n\r\n{}")))
    assert answer.endswith(b'\r\n\r\n{"key": "a"}')


def test_a_whole_url_is_a_target_too() -> None:
    """A request line may hold the whole address."""
    bench = Bench(route())
    assert b"200 OK" in value(bench.run(lambda: asked(request(target=URL, close=True))))
    assert bench.witness.details[0]["url"] == URL


@pytest.mark.parametrize(("method", "target"), [("GET", "/orders"), ("POST", "/other")])
def test_a_request_that_no_route_serves_is_noted(method: str, target: str) -> None:
    """It gets a 404 that names what there is, and it is on record."""
    bench = Bench(route())
    answer = value(bench.run(lambda: asked(request(method=method, target=target, close=True))))
    assert b"404 Not Found" in answer
    (text,) = bench.api.unserved
    assert text.startswith(f"Nothing answers {method} http://{HOST}:{PORT}{target} (line ")
    assert bench.witness.heard == []


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"hello\r\n\r\n", "illegal request line: bytearray(b'hello')"),
        (b"POST /orders HTTP/1.1\r\n\r\n", "Missing mandatory Host: header"),
        (b"POST /orders HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n", "bad Content-Length"),
    ],
)
def test_what_is_no_request_is_noted(data: bytes, said: str) -> None:
    """It gets a 400 that says why, the connection is closed, and it is on record."""
    bench = Bench(route())
    answer = value(bench.run(lambda: asked(data)))
    assert answer.startswith(b"HTTP/1.1 400 Bad Request")
    assert bench.api.unserved == [f"{MISREAD} http://{HOST}:{PORT}: {said}."]


def test_an_end_in_the_middle_of_a_request_is_noted() -> None:
    """A client that shuts down before it has sent everything has sent no request."""
    bench = Bench(route())

    def ask() -> bytes:
        with socket.create_connection((HOST, PORT)) as client:
            client.sendall(request(b"{}")[:-1])
            client.shutdown(socket.SHUT_WR)
            return received(client)

    assert b"400 Bad Request" in value(bench.run(ask))
    assert "peer closed connection" in bench.api.unserved[0]


@pytest.mark.parametrize(("status", "method"), [(204, "POST"), (304, "POST"), (200, "HEAD")])
def test_answers_without_a_body(status: int, method: str) -> None:
    """Some answers have none, whatever the payload."""
    bench = Bench(Route("a", URL, method=method, status=status, wire=Wire(pieces=3)))
    answer = value(bench.run(lambda: asked(request(b"", method=method, close=True))))
    assert answer.endswith(b"\r\n\r\n")
    assert b" %d " % status in answer


def test_requests_works_over_it() -> None:
    """A library that uses sockets gets its answers by the same way."""
    bench = Bench(route(latency=2, pieces=3, framing="chunked"))
    run = bench.run(lambda: requests.post(URL, json=1, timeout=5).json())
    assert (seconds(run), value(run)) == (2, {"key": "a"})
    assert bench.witness.details[0]["door"] == "socket"


@pytest.mark.parametrize("broken", ["begin", "end", "abandon"])
def test_a_failing_announcer_is_our_fault(broken: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the announcer raises is recorded, and the program sees the connection closed or refused."""
    bench = Bench(route(outcome="refused" if broken == "abandon" else "answer"))

    def fail(*_args: object) -> None:
        raise BrokenPipeError

    monkeypatch.setattr(bench.witness, broken, fail)

    def ask() -> None:
        with pytest.raises(ConnectionRefusedError) if broken == "abandon" else nullcontext():
            assert asked(request()) == b""

    seconds(bench.run(ask))
    (fault,) = bench.api.faults
    assert "BrokenPipeError" in fault


def test_a_payload_too_long_for_pieces_is_our_fault() -> None:
    """Where the length is told before the payload is known, there is room for so much."""

    class Long(Witness):
        def end(self, key: str) -> str:
            return "x" * 2000

    bench = Bench(route(latency=1, pieces=2))
    bench.api = MockApi(bench.api.routes, Long())
    seconds(bench.run(lambda: asked(request())))
    assert "in pieces there is room for 928" in bench.api.faults[0]


def test_nothing_is_served_after_the_end() -> None:
    """When the API is closed, its servers fall silent."""
    witness = Witness()
    bench = Bench()

    def ask() -> None:
        with MockApi([route(latency=1)], witness):
            client = socket.create_connection((HOST, PORT))
            client.sendall(request())
        client.settimeout(5)
        with pytest.raises(TimeoutError):
            client.recv(1)
        client.close()

    seconds(bench.run(ask))
    assert witness.heard == [("begin", "a")]


def test_without_a_simulation_there_are_no_servers() -> None:
    """Servers need the simulated network."""
    with pytest.raises(MockApiError, match="served in a simulation only"), MockApi([route()], Witness()):
        pass


@pytest.mark.parametrize(
    "others",
    [[Route("b", "http://api.test/other")], [Route("b", f"{URL}/other", wire=Wire())]],
    ids=["no wire", "same port"],
)
def test_each_route_is_a_server_of_its_own(others: list[Route]) -> None:
    """Beside a route with a wire, each needs one, and a port of its own."""
    with pytest.raises(ValueError, match="each needs one, and a host and port of its own"):
        MockApi([route(), *others], Witness())
