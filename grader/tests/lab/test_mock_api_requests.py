"""Tests of the mock API's door for `requests`."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
import requests
import urllib3
from requests.adapters import HTTPAdapter

from grader.lab.mock_api import Route
from grader.tests.lab.mock_api_bench import Bench, seconds, value

if TYPE_CHECKING:
    from collections.abc import Iterator

HOST = "http://api.test"
URL = f"{HOST}/orders"


def test_requests_in_threads_overlap() -> None:
    """Eight requests in eight threads take as long as the slowest, and all are in flight at once."""
    bench = Bench(*[Route(str(number), f"{HOST}/{number}", latency=8 - number) for number in range(8)])

    def send(number: int) -> Any:  # noqa: ANN401 - JSON
        return requests.post(f"{HOST}/{number}", json=number, timeout=10).json()

    def send_all() -> list[Any]:
        with ThreadPoolExecutor(8) as pool:
            return list(pool.map(send, range(8)))

    run = bench.run(send_all)
    assert seconds(run) == 8
    assert value(run) == [{"key": str(number)} for number in range(8)]
    assert bench.witness.heard == [("begin", str(number)) for number in range(8)] + [
        ("end", str(number)) for number in reversed(range(8))
    ]
    assert [call.in_flight for call in bench.api.calls] == list(range(1, 9))
    assert [call.ended for call in bench.api.calls] == [(8 - number) * 10**9 for number in range(8)]
    assert len({call.thread for call in bench.api.calls}) == 8


def test_many_threads_begin_as_soon_as_they_may() -> None:
    """Twelve requests of 2 s by a pool of five take three rounds."""
    bench = Bench(*[Route(str(number), f"{HOST}/{number}", latency=2) for number in range(12)])

    def send_all() -> list[int]:
        with ThreadPoolExecutor(5) as pool:
            return list(pool.map(lambda number: requests.post(f"{HOST}/{number}", timeout=5).status_code, range(12)))

    run = bench.run(send_all)
    assert seconds(run) == 6
    assert max(call.in_flight for call in bench.api.calls) == 5


def test_the_announcer_hears_what_was_sent() -> None:
    """At the begin of a request its method, address, headers, JSON, time-outs, door and session are announced."""
    bench = Bench(Route("a", f"{URL}?x=1", latency=1))

    def send() -> None:
        with requests.Session() as session:
            session.headers["X-Both"] = "yes"
            session.post(URL, params={"x": 1}, json={"a": [1, None]}, headers={"X-Case": "7"}, timeout=(2, 3))

    assert seconds(bench.run(send)) == 1
    (details,) = bench.witness.details
    headers = details.pop("headers")
    assert details == {
        "method": "POST",
        "url": f"{URL}?x=1",
        "json": {"a": [1, None]},
        "body": None,
        "timeout": 3,
        "connect_timeout": 2,
        "door": "requests",
        "session": 1,
    }
    assert (headers["x-both"], headers["x-case"], headers["content-type"]) == ("yes", "7", "application/json")
    (call,) = bench.api.calls
    assert call.details["url"] == f"{URL}?x=1"
    assert call.site is not None
    assert call.site.function.endswith("send")


def chunks() -> Iterator[bytes]:
    """Yield a body in pieces."""
    yield b'{"a":'
    yield b" 1}"


@pytest.mark.parametrize(
    ("sent", "json", "text"),
    [
        ({}, None, None),
        ({"data": '{"a": 1}'}, {"a": 1}, None),
        ({"data": b'{"a": 1}'}, {"a": 1}, None),
        ({"data": bytearray(b'{"a": 1}')}, {"a": 1}, None),
        ({"data": {"a": "1"}}, None, "a=1"),
        ({"data": "caf\u00e9"}, None, "caf\u00e9"),
    ],
)
def test_a_body_is_announced_however_it_was_given(sent: dict[str, Any], json: object, text: str | None) -> None:
    """JSON is parsed however it was passed, and any other body is text."""
    bench = Bench(Route("a", URL))
    seconds(bench.run(lambda: requests.post(URL, timeout=1, **sent)))
    (details,) = bench.witness.details
    assert (details["json"], details["body"]) == (json, text)


def test_a_body_that_is_made_in_pieces_is_announced_whole() -> None:
    """A body that a generator yields is announced as a whole."""
    bench = Bench(Route("a", URL))
    seconds(bench.run(lambda: requests.post(URL, data=chunks(), timeout=1)))
    assert bench.witness.details[0]["json"] == {"a": 1}


def test_a_response_is_a_real_one() -> None:
    """Status, reason, headers, elapsed time and body of a response are as a server's would be, also when streamed."""
    bench = Bench(Route("a", URL, latency=1.5, status=503))

    def send() -> None:
        with requests.post(URL, stream=True, timeout=2) as response:
            assert (response.status_code, response.reason, response.ok) == (503, "Service Unavailable", False)
            assert response.headers["content-type"] == "application/json"
            assert response.elapsed.total_seconds() == 1.5
            assert b"".join(response.iter_content(4)) == b'{"key": "a"}'
            with pytest.raises(requests.HTTPError, match="503 Server Error: Service Unavailable for url"):
                response.raise_for_status()

    assert seconds(bench.run(send)) == 1.5


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_other_methods_are_served(method: str) -> None:
    """A route of another method serves just that."""
    bench = Bench(Route("a", URL, method=method))
    assert value(bench.run(lambda: requests.request(method, URL, timeout=1).json())) == {"key": "a"}


READ, CONNECT = requests.ReadTimeout, requests.ConnectTimeout


@pytest.mark.parametrize(
    ("timeout", "outcome", "latency", "took", "error"),
    [
        (5, "silent", 0, 5, READ),
        ((1, 2), "silent", 0, 2, READ),
        ((1, 2), "answer", 2.5, 2, READ),
        (urllib3.Timeout(total=3), "silent", 0, 3, READ),
        ((4, None), "refused", 6, 4, CONNECT),
        (4, "refused", 4, 4, requests.ConnectionError),
        (None, "refused", 6, 6, requests.ConnectionError),
    ],
)
def test_a_timeout_ends_the_wait(timeout: Any, outcome: Any, latency: float, took: float, error: type) -> None:  # noqa: ANN401 - all that requests takes
    """A program that gives a time-out waits that long and sees what `requests` raises."""
    bench = Bench(Route("a", URL, latency=latency, outcome=outcome))

    def send() -> Any:  # noqa: ANN401 - an exception
        with pytest.raises(requests.RequestException) as caught:
            requests.post(URL, timeout=timeout)
        return caught.value

    run = bench.run(send)
    assert seconds(run) == took
    assert type(value(run)) is error
    assert value(run).request.url == URL
    why = "refused" if error is requests.ConnectionError else "timed out"
    assert bench.witness.heard == [("begin", "a"), ("abandon", "a", why)]


def test_errors_say_what_they_really_say() -> None:
    """The errors have the texts that requests and urllib3 give them."""
    bench = Bench(Route("a", URL, outcome="silent"), Route("b", f"{HOST}/b", outcome="refused"))

    def send() -> None:
        with pytest.raises(requests.ReadTimeout) as read:
            requests.post(URL, timeout=5)
        with pytest.raises(requests.ConnectionError) as refused:
            requests.post(f"{HOST}/b", timeout=5)
        assert str(read.value) == "HTTPConnectionPool(host='api.test', port=80): Read timed out. (read timeout=5)"
        assert "host='api.test', port=80): Max retries exceeded with url: /b" in str(refused.value)
        assert "Connection refused" in str(refused.value)

    seconds(bench.run(send))


@pytest.mark.parametrize("timeout", [(1, 2, 3), 0, "soon"])
def test_a_senseless_timeout_is_refused(timeout: Any) -> None:  # noqa: ANN401 - anything
    """A time-out that makes no sense is an error of the program, and nothing is sent."""
    bench = Bench(Route("a", URL))

    def send() -> None:
        with pytest.raises(ValueError, match=r"timeout|Timeout"):
            requests.post(URL, timeout=timeout)

    seconds(bench.run(send))
    assert bench.witness.heard == []


@pytest.mark.parametrize("timeout", [2, None])
def test_an_answer_that_comes_in_time_has_come(timeout: float | None) -> None:
    """An answer that comes in the very moment of the time-out is an answer."""
    bench = Bench(Route("a", URL, latency=2))
    run = bench.run(lambda: requests.post(URL, timeout=timeout).json())
    assert (seconds(run), value(run)) == (2, {"key": "a"})


def test_a_silent_server_without_a_timeout_is_a_deadlock() -> None:
    """Without a time-out a silent server is waited for without end, which is known at once."""
    bench = Bench(Route("a", URL, outcome="silent"))
    run = bench.run(lambda: requests.post(URL))  # noqa: S113 - the mistake that is meant
    assert run.standstill is not None
    assert run.standstill.reason == "deadlock"
    (stuck,) = run.standstill.stuck
    assert (stuck.kind, stuck.detail) == ("socket", f"an answer from {URL}")
    assert stuck.site is not None
    assert stuck.site.call == "post"
    assert bench.witness.heard == [("begin", "a"), ("abandon", "a", "stopped")]
    assert bench.witness.details[0]["timeout"] is None


def test_a_request_that_is_sent_twice_is_announced_twice() -> None:
    """The announcer hears of a second request for one route; without a payload its answer is a clear 409."""
    bench = Bench(Route("a", URL))

    def send() -> list[Any]:
        responses = [requests.post(URL, timeout=1) for _ in range(2)]
        return [(response.status_code, response.json()) for response in responses]

    first, (status, body) = value(bench.run(send))
    assert first == (200, {"key": "a"})
    assert status == 409
    assert "sent more than once" in body["error"]
    assert bench.witness.heard == [("begin", "a"), ("end", "a")] * 2


@pytest.mark.parametrize(("method", "url"), [("POST", f"{HOST}/other"), ("GET", URL), ("BREW", URL)])
def test_a_request_that_no_route_serves_fails_and_is_noted(method: str, url: str) -> None:
    """It fails as if nobody were there, naming what was asked and what there is, and it is on record."""
    bench = Bench(Route("a", URL))

    def send() -> None:
        with pytest.raises(requests.ConnectionError, match=f"Nothing answers {method} {url} "):
            requests.request(method, url, timeout=1)

    run = bench.run(send)
    assert seconds(run) == 0
    (text,) = bench.api.unserved
    assert text.startswith(f"Nothing answers {method} {url} (line ")
    assert text.endswith(f"). Served are: POST {URL}.")
    assert bench.witness.heard == []
    assert bench.api.calls == []


def test_sessions_are_told_apart() -> None:
    """Each session has a number, its requests are counted, and whether it was closed is known."""
    bench = Bench(*[Route(str(number), f"{HOST}/{number}", latency=1) for number in range(5)])

    def send() -> None:
        with requests.Session() as closed:
            closed.post(f"{HOST}/0", timeout=2)
            closed.post(f"{HOST}/1", timeout=2)
        left_open = requests.Session()
        left_open.post(f"{HOST}/2", timeout=2)
        requests.post(f"{HOST}/3", timeout=2)
        closed.post(f"{HOST}/4", timeout=2)
        closed.close()

    seconds(bench.run(send))
    found = [(session.number, session.requests, session.closed) for session in bench.api.sessions]
    assert found == [(1, 3, True), (2, 1, False), (3, 1, True)]
    assert [session.made_at for session in bench.api.sessions] == [0, 2 * 10**9, 3 * 10**9]
    assert {session.door for session in bench.api.sessions} == {"requests"}
    assert [details["session"] for details in bench.witness.details] == [1, 1, 2, 3, 1]


def test_a_session_that_is_used_after_it_was_closed_is_open_again() -> None:
    """A session of requests may be used after close, and then is open."""
    bench = Bench(Route("a", URL))

    def send() -> None:
        session = requests.Session()
        session.close()
        session.post(URL, timeout=1)

    seconds(bench.run(send))
    assert [session.closed for session in bench.api.sessions] == [False]


def test_a_pool_that_blocks_limits_what_is_in_flight() -> None:
    """An adapter with ``pool_block=True`` lets only as many requests through at once as it has connections."""
    bench = Bench(*[Route(str(number), f"{HOST}/{number}", latency=1) for number in range(6)])

    def send_all() -> None:
        with requests.Session() as session, ThreadPoolExecutor(6) as pool:
            session.mount("http://", HTTPAdapter(pool_maxsize=2, pool_block=True))
            list(pool.map(lambda number: session.post(f"{HOST}/{number}", timeout=5), range(6)))

    assert seconds(bench.run(send_all)) == 3
    assert max(call.in_flight for call in bench.api.calls) == 2


def test_threads_may_share_a_prepared_request() -> None:
    """A request that is prepared once and sent by two threads at once arrives twice, each with its own session."""
    bench = Bench(Route("a", URL, latency=1))

    def send() -> None:
        prepared = requests.Request("POST", URL, json=1).prepare()

        def send_it() -> None:
            with requests.Session() as session:
                session.send(prepared, timeout=2)

        threads = [threading.Thread(target=send_it) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert seconds(bench.run(send)) == 1
    assert [details["session"] for details in bench.witness.details] == [1, 2]


def test_a_request_in_flight_is_recorded_as_open() -> None:
    """A call that hasn't ended has no end yet."""
    bench = Bench(Route("a", URL, latency=2))

    def look() -> Any:  # noqa: ANN401 - the records
        thread = threading.Thread(target=lambda: requests.post(URL, timeout=5))
        thread.start()
        time.sleep(1)
        (call,) = bench.api.calls
        seen = call.how, call.ended
        thread.join()
        return seen, (call.how, call.ended)

    assert value(bench.run(look)) == (("open", None), ("answered", 2 * 10**9))


def test_two_runs_are_the_same() -> None:
    """The same program has the same calls, sessions and events in every run."""

    def once() -> tuple[Any, ...]:
        bench = Bench(*[Route(str(number), f"{HOST}/{number}", latency=number % 3) for number in range(9)])

        def send_all() -> None:
            with ThreadPoolExecutor(4) as pool:
                list(pool.map(lambda number: requests.post(f"{HOST}/{number}", timeout=5), range(9)))

        run = bench.run(send_all)
        return run.events, bench.witness.heard, bench.api.calls, bench.api.sessions

    assert once() == once()
