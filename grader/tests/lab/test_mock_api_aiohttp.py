"""Tests of the mock API's door for `aiohttp`."""

from __future__ import annotations

import asyncio
import json
import time
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest

from grader.lab.mock_api import BODY_LIMIT, MockApi, Route
from grader.tests.lab.mock_api_bench import Bench, Witness, seconds, value

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Coroutine

    from grader.simulation import Run

HOST = "http://api.test"
URL = f"{HOST}/orders"


def run(bench: Bench, main: Callable[[], Coroutine[Any, Any, Any]]) -> Run[Any]:
    """Run a coroutine function in a simulation, with the mock API open."""

    def in_loop() -> Any:  # noqa: ANN401 - whatever it returns
        return asyncio.run(main())

    return bench.run(in_loop)


def with_session(
    use: Callable[[aiohttp.ClientSession], Coroutine[Any, Any, Any]],
    **options: Any,  # noqa: ANN401 - all that sessions take
) -> Callable[[], Coroutine[Any, Any, Any]]:
    """Return a coroutine function that opens a session and uses it."""

    async def main() -> Any:  # noqa: ANN401 - whatever it returns
        async with aiohttp.ClientSession(**options) as session:
            return await use(session)

    return main


def test_requests_in_tasks_overlap() -> None:
    """Fifty requests take as long as the slowest, and all are in flight at once."""
    bench = Bench(*[Route(str(number), f"{HOST}/{number}", latency=0.1 * (50 - number)) for number in range(50)])

    async def send_all(session: aiohttp.ClientSession) -> list[Any]:
        async def send(number: int) -> Any:  # noqa: ANN401 - JSON
            async with session.post(f"{HOST}/{number}", json=number) as response:
                return await response.json()

        return await asyncio.gather(*(send(number) for number in range(50)))

    ran = run(bench, with_session(send_all))
    assert seconds(ran) == 5
    assert value(ran) == [{"key": str(number)} for number in range(50)]
    assert [call.in_flight for call in bench.api.calls] == list(range(1, 51))
    assert bench.witness.heard[50:] == [("end", str(number)) for number in reversed(range(50))]
    assert [details["json"] for details in bench.witness.details] == list(range(50))
    assert len({call.task for call in bench.api.calls}) == 50
    assert {call.thread for call in bench.api.calls} == {0}


def test_the_announcer_hears_what_was_sent() -> None:
    """At the begin of a request its method, address, headers, JSON, time-outs, door and session are announced."""
    bench = Bench(Route("a", f"{URL}?x=1", latency=1))
    timeout = aiohttp.ClientTimeout(total=7, sock_read=3, connect=2)

    async def send(session: aiohttp.ClientSession) -> None:
        headers, cookies = {"X-Case": "7"}, {"c": "2"}
        await session.post("orders", params={"x": 1}, json={"a": [1, None]}, headers=headers, cookies=cookies)

    main = with_session(send, base_url=f"{HOST}/", headers={"X-Both": "yes"}, cookies={"b": "1"}, timeout=timeout)
    assert seconds(run(bench, main)) == 1
    (details,) = bench.witness.details
    headers = details.pop("headers")
    assert details == {
        "method": "POST",
        "url": f"{URL}?x=1",
        "json": {"a": [1, None]},
        "body": None,
        "timeout": 3,
        "connect_timeout": 2,
        "door": "aiohttp",
        "session": 1,
    }
    assert (headers["x-both"], headers["x-case"], headers["content-type"]) == ("yes", "7", "application/json")
    assert sorted(headers["cookie"].split("; ")) == ["b=1", "c=2"]
    assert headers["host"] == "api.test"
    (call,) = bench.api.calls
    assert call.site is not None
    assert call.site.function.endswith("send")


async def chunks() -> AsyncIterator[bytes]:
    """Yield a body in pieces."""
    yield b'{"a":'
    yield b" 1}"


@pytest.mark.parametrize(
    ("make", "found", "text"),
    [
        (dict, None, None),
        (lambda: {"data": '{"a": 1}'}, {"a": 1}, None),
        (lambda: {"data": b'{"a": 1}'}, {"a": 1}, None),
        (lambda: {"data": {"a": "1"}}, None, "a=1"),
        (lambda: {"data": aiohttp.FormData({"a": "1"})}, None, "a=1"),
        (lambda: {"data": chunks()}, {"a": 1}, None),
        (lambda: {"json": {"a": 1}, "skip_auto_headers": ["Content-Type"]}, {"a": 1}, None),
    ],
)
def test_a_body_is_announced_however_it_was_given(make: Callable[[], Any], found: object, text: str | None) -> None:
    """JSON is parsed however it was passed, and any other body is text."""
    bench = Bench(Route("a", URL))

    async def send(session: aiohttp.ClientSession) -> None:
        await session.post(URL, **make())

    seconds(run(bench, with_session(send)))
    (details,) = bench.witness.details
    assert (details["json"], details["body"]) == (found, text)


def test_the_session_makes_the_json() -> None:
    """A session's own ``json_serialize`` is used."""
    bench = Bench(Route("a", URL))

    async def send(session: aiohttp.ClientSession) -> None:
        await session.post(URL, json={1})

    seconds(run(bench, with_session(send, json_serialize=lambda value: json.dumps(sorted(value)))))
    assert bench.witness.details[0]["json"] == [1]


def test_data_and_json_together_are_refused() -> None:
    """A request with both is an error of the program, and isn't sent."""
    bench = Bench(Route("a", URL))

    async def send(session: aiohttp.ClientSession) -> None:
        with pytest.raises(ValueError, match="data and json parameters can not be used at the same time"):
            await session.post(URL, json=1, data="1")

    seconds(run(bench, with_session(send)))
    assert bench.witness.heard == []


def test_a_response_is_as_a_servers() -> None:
    """Status, reason, headers, address and body of a response are as a server's would be, and can be read again."""
    bench = Bench(Route("a", URL, status=404))

    async def send(session: aiohttp.ClientSession) -> None:
        async with session.post(URL) as response:
            assert (response.status, response.reason, response.ok) == (404, "Not Found", False)
            assert (response.method, str(response.url)) == ("POST", URL)
            assert sorted(response.headers) == ["Content-Length", "Content-Type"]
            assert response.content_type == "application/json"
            assert await response.read() == b'{"key": "a"}'
            assert await response.text() == '{"key": "a"}'
            assert await response.json() == {"key": "a"}
            with pytest.raises(aiohttp.ClientResponseError, match=r"^404, message='Not Found'"):
                response.raise_for_status()

    seconds(run(bench, with_session(send)))


def test_a_response_that_was_let_go_cannot_be_read() -> None:
    """After its block, or after `release`, a response that wasn't read gives the real error."""
    bench = Bench(Route("a", URL), Route("b", f"{HOST}/b"))

    async def send(session: aiohttp.ClientSession) -> None:
        async with session.post(URL) as response:
            pass
        released = await session.post(f"{HOST}/b")
        released.release()
        for closed in (response, released):
            with pytest.raises(aiohttp.ClientConnectionError, match="Connection closed"):
                await closed.read()

    seconds(run(bench, with_session(send)))


def test_the_longest_body_is_served(monkeypatch: pytest.MonkeyPatch) -> None:
    """A body of exactly the limit is read whole, on every aiohttp."""
    bench = Bench(Route("a", URL))
    monkeypatch.setattr(bench.witness, "end", lambda _key: "x" * (BODY_LIMIT - 2))

    async def send(session: aiohttp.ClientSession) -> int:
        async with session.post(URL) as response:
            return len(await response.read())

    assert value(run(bench, with_session(send))) == BODY_LIMIT


def test_an_unknown_status_has_no_reason() -> None:
    """A status that HTTP doesn't define is served, without a reason."""
    bench = Bench(Route("a", URL, status=599))

    async def send(session: aiohttp.ClientSession) -> tuple[int, str | None]:
        response = await session.post(URL)
        return response.status, response.reason

    assert value(run(bench, with_session(send))) == (599, "")


@pytest.mark.parametrize(("of_session", "of_request"), [(True, None), (False, True)])
def test_an_error_status_is_raised_on_request(of_session: bool, of_request: bool | None) -> None:  # noqa: FBT001 - cases
    """``raise_for_status`` of the session or of the request makes an error status an error."""
    bench = Bench(Route("a", URL, status=500))

    async def send(session: aiohttp.ClientSession) -> None:
        with pytest.raises(aiohttp.ClientResponseError) as caught:
            await session.post(URL, raise_for_status=of_request)
        assert caught.value.status == 500

    seconds(run(bench, with_session(send, raise_for_status=of_session)))
    assert bench.witness.heard == [("begin", "a"), ("end", "a")]


def test_requests_without_a_session_of_ones_own() -> None:
    """`aiohttp.request` is served, and its session is closed; `session.request` is served too."""
    bench = Bench(Route("a", URL), Route("b", f"{HOST}/b", method="PUT"))

    async def main() -> list[Any]:
        async with aiohttp.request("POST", URL, json=1) as response:
            answers = [await response.json()]
        async with aiohttp.ClientSession() as session, session.request("put", f"{HOST}/b") as response:
            return [*answers, await response.json()]

    assert value(run(bench, main)) == [{"key": "a"}, {"key": "b"}]
    assert [(session.requests, session.closed) for session in bench.api.sessions] == [(1, True), (1, True)]


def Timeout(**limits: Any) -> aiohttp.ClientTimeout:  # noqa: ANN401, N802 - stands for the class
    """Make a time-out."""
    return aiohttp.ClientTimeout(**limits)


REFUSAL = "Cannot connect to host api.test:80 ssl:default [Connect call failed ('api.test', 80)]"


@pytest.mark.parametrize(
    ("timeout", "outcome", "latency", "took", "error", "text"),
    [
        (Timeout(total=3), "silent", 0, 3, TimeoutError, ""),
        (3, "silent", 0, 3, TimeoutError, ""),
        (Timeout(total=3), "answer", 3.5, 3, TimeoutError, ""),
        (Timeout(sock_read=2.5), "silent", 0, 2.5, aiohttp.SocketTimeoutError, "Timeout on reading data from socket"),
        (Timeout(total=2, sock_read=2.5), "silent", 0, 2, TimeoutError, ""),
        (Timeout(sock_connect=2), "refused", 3, 2, aiohttp.ConnectionTimeoutError, f"Connection timeout to host {URL}"),
        (Timeout(connect=2), "refused", 3, 2, aiohttp.ConnectionTimeoutError, f"Connection timeout to host {URL}"),
        (Timeout(), "refused", 31, 31, aiohttp.ClientConnectorError, REFUSAL),
        (Timeout(total=2), "refused", 3, 2, TimeoutError, ""),
        (Timeout(total=3), "refused", 3, 3, aiohttp.ClientConnectorError, REFUSAL),
    ],
)
def test_a_timeout_ends_the_wait(  # noqa: PLR0913, PLR0917 - the columns of the table
    timeout: Any,  # noqa: ANN401 - all that aiohttp takes
    outcome: Any,  # noqa: ANN401 - an outcome
    latency: float,
    took: float,
    error: type[Exception],
    text: str,
) -> None:
    """A program that gives a time-out waits that long and sees what `aiohttp` raises."""
    bench = Bench(Route("a", URL, latency=latency, outcome=outcome))

    async def send(session: aiohttp.ClientSession) -> Exception:
        with pytest.raises(error) as caught:
            await session.post(URL, timeout=timeout)
        return caught.value

    ran = run(bench, with_session(send))
    assert seconds(ran) == took
    assert type(value(ran)) is error
    assert str(value(ran)) == text
    why = "refused" if error is aiohttp.ClientConnectorError else "timed out"
    assert bench.witness.heard == [("begin", "a"), ("abandon", "a", why)]


@pytest.mark.parametrize(
    ("options", "took", "announced"),
    [({}, 300, 300), ({"timeout": Timeout(total=4)}, 4, 4), ({"timeout": Timeout(total=0, sock_read=9)}, 9, 9)],
)
def test_the_sessions_timeout_is_used(options: dict[str, Any], took: float, announced: float) -> None:
    """A request without a time-out of its own has the session's, which is 5 minutes unless given."""
    bench = Bench(Route("a", URL, outcome="silent"))

    async def send(session: aiohttp.ClientSession) -> None:
        with pytest.raises(TimeoutError):
            await session.post(URL)

    assert seconds(run(bench, with_session(send, **options))) == took
    assert bench.witness.details[0]["timeout"] == announced


def test_long_totals_end_on_a_whole_second() -> None:
    """As in aiohttp, a total of 5 s or more is rounded up to a whole second of the clock, a shorter one isn't."""
    bench = Bench(Route("a", URL, outcome="silent"))

    async def send(session: aiohttp.ClientSession) -> list[float]:
        began, ends = time.monotonic(), []
        for total in (1.25, 5, 4.5):
            with pytest.raises(TimeoutError):
                await session.post(URL, timeout=Timeout(total=total))
            ends.append(time.monotonic() - began)
        return ends

    assert value(run(bench, with_session(send))) == [1.25, 7, 11.5]


@pytest.mark.parametrize("timeout", [Timeout(total=2), Timeout(sock_read=2)])
def test_an_answer_that_comes_in_time_has_come(timeout: aiohttp.ClientTimeout) -> None:
    """An answer that comes in the very moment of the time-out is an answer, whatever the clock reads."""
    bench = Bench(Route("a", URL, latency=2))

    async def send(session: aiohttp.ClientSession) -> Any:  # noqa: ANN401 - JSON
        await asyncio.sleep(0.1)
        return await (await session.post(URL, timeout=timeout)).json()

    ran = run(bench, with_session(send))
    assert (seconds(ran), value(ran)) == (2.1, {"key": "a"})


def test_a_silent_server_without_a_timeout_is_a_deadlock() -> None:
    """Without any time-out a silent server is waited for without end, which is known at once."""
    bench = Bench(Route("a", URL, outcome="silent"))

    async def main() -> None:
        session = aiohttp.ClientSession()
        sessions.append(session)
        await session.post(URL, timeout=Timeout())

    sessions: list[aiohttp.ClientSession] = []
    ran = run(bench, main)
    sessions[0].detach()
    assert ran.standstill is not None
    assert ran.standstill.reason == "deadlock"
    assert bench.witness.heard[0] == ("begin", "a")
    assert bench.witness.heard[1:] in ([], [("abandon", "a", "stopped")])
    assert bench.witness.details[0]["timeout"] is None


def test_a_cancelled_request_is_announced() -> None:
    """A request whose task is cancelled lets the cancellation pass and is announced as cancelled."""
    bench = Bench(Route("a", URL, latency=5))

    async def send(session: aiohttp.ClientSession) -> bool:
        task = asyncio.ensure_future(session.post(URL))
        await asyncio.sleep(1)
        task.cancel()
        await asyncio.wait([task])
        return task.cancelled()

    ran = run(bench, with_session(send))
    assert (seconds(ran), value(ran)) == (1, True)
    assert bench.witness.heard == [("begin", "a"), ("abandon", "a", "cancelled")]
    assert [(call.how, call.ended) for call in bench.api.calls] == [("cancelled", 10**9)]


def test_an_outer_timeout_cancels_the_request() -> None:
    """``asyncio.timeout`` around a request ends it in time."""
    bench = Bench(Route("a", URL, outcome="silent"))

    async def send(session: aiohttp.ClientSession) -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(5):
                await session.post(URL)

    assert seconds(run(bench, with_session(send))) == 5
    assert bench.witness.heard == [("begin", "a"), ("abandon", "a", "cancelled")]


def test_a_closed_session_sends_nothing() -> None:
    """A closed session gives the real error, and nothing is announced."""
    bench = Bench(Route("a", URL))

    async def main() -> None:
        session = aiohttp.ClientSession()
        await session.close()
        with pytest.raises(RuntimeError, match="Session is closed"):
            await session.post(URL)

    seconds(run(bench, main))
    assert bench.witness.heard == []
    assert [(session.requests, session.closed) for session in bench.api.sessions] == [(0, True)]


def test_closing_a_session_ends_its_requests() -> None:
    """A request whose session is closed while it is in flight gets no answer."""
    bench = Bench(Route("a", URL, latency=2))

    async def main() -> None:
        async with aiohttp.ClientSession() as session:
            task = asyncio.ensure_future(session.post(URL))
            await asyncio.sleep(1)
        with pytest.raises(aiohttp.ServerDisconnectedError, match="Server disconnected"):
            await task

    seconds(run(bench, main))
    assert bench.witness.heard == [("begin", "a"), ("abandon", "a", "disconnected")]


def test_sessions_are_told_apart() -> None:
    """Every session is known, used or not, with its number, its requests and whether it was closed."""
    bench = Bench(Route("a", URL, latency=1), Route("b", f"{HOST}/b"))

    async def main() -> list[aiohttp.ClientSession]:
        async with aiohttp.ClientSession() as closed:
            await closed.post(URL)
        left_open, unused = aiohttp.ClientSession(), aiohttp.ClientSession()
        await left_open.post(f"{HOST}/b")
        return [left_open, unused]

    ran = run(bench, main)
    found = [(session.number, session.requests, session.closed) for session in bench.api.sessions]
    assert found == [(1, 1, True), (2, 1, False), (3, 0, False)]
    assert [session.made_at for session in bench.api.sessions] == [0, 10**9, 10**9]
    assert all(session.door == "aiohttp" and session.site is not None for session in bench.api.sessions)
    for session in value(ran):
        session.detach()


@pytest.mark.parametrize(("limits", "took", "peak"), [({"limit": 2}, 3, 2), ({"limit": 0, "limit_per_host": 3}, 2, 3)])
def test_a_connectors_limit_is_kept(limits: dict[str, Any], took: float, peak: int) -> None:
    """A connector lets only as many requests through at once as its limits allow, first come, first served."""
    bench = Bench(*[Route(str(number), f"{HOST}/{number}", latency=1) for number in range(6)])

    async def main() -> None:
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(**limits)) as session:
            await asyncio.gather(*(session.post(f"{HOST}/{number}") for number in range(6)))

    assert seconds(run(bench, main)) == took
    assert max(call.in_flight for call in bench.api.calls) == peak
    assert [call.key for call in bench.api.calls] == list("012345")


def test_a_full_host_does_not_hold_up_another() -> None:
    """With a limit per host, a request to a free host passes those that wait for a full one."""
    bench = Bench(Route("a", URL, latency=1), Route("b", f"{HOST}/b", latency=1), Route("c", "http://other.test/c"))

    async def main() -> None:
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit_per_host=1)) as session:
            await asyncio.gather(*(session.post(url) for url in (URL, f"{HOST}/b", "http://other.test/c")))

    assert seconds(run(bench, main)) == 2
    assert [call.key for call in bench.api.calls] == ["a", "c", "b"]


@pytest.mark.parametrize(
    ("timeout", "error"), [(Timeout(connect=1), aiohttp.ConnectionTimeoutError), (Timeout(total=1), TimeoutError)]
)
def test_waiting_for_a_connection_can_time_out(timeout: aiohttp.ClientTimeout, error: type[Exception]) -> None:
    """A request that gets no connection in time fails as the real one does, and never arrives."""
    bench = Bench(Route("a", URL, latency=2), Route("b", f"{HOST}/b"), Route("c", f"{HOST}/c"))

    async def main() -> None:
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=1)) as session:
            first = asyncio.ensure_future(session.post(URL))
            await asyncio.sleep(0.5)
            began = time.monotonic()
            with pytest.raises(TimeoutError) as caught:
                await session.post(f"{HOST}/b", timeout=timeout)
            assert type(caught.value) is error
            assert time.monotonic() - began == 1
            await first
            await session.post(f"{HOST}/c")

    assert seconds(run(bench, main)) == 2
    assert [call.key for call in bench.api.calls] == ["a", "c"]


def test_a_cancelled_wait_for_a_connection_gives_up_its_place() -> None:
    """A request that is cancelled while it waits for a connection, or as it gets one, holds up nobody."""
    bench = Bench(*[Route(str(number), f"{HOST}/{number}", latency=1) for number in range(4)])

    async def main() -> None:
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=1)) as session:

            async def send(number: int) -> None:
                await session.post(f"{HOST}/{number}")
                # By now the connection is the next one's, which hasn't run yet.
                if number == 0:
                    tasks[2].cancel()

            tasks = [asyncio.ensure_future(send(number)) for number in range(4)]
            await asyncio.sleep(0.5)
            tasks[1].cancel()
            await asyncio.wait(tasks)

    assert seconds(run(bench, main)) == 2
    assert [(call.key, call.how) for call in bench.api.calls] == [("0", "answered"), ("3", "answered")]


@pytest.mark.parametrize(("method", "url"), [("POST", f"{HOST}/other"), ("GET", URL), ("BREW", URL)])
def test_a_request_that_no_route_serves_fails_and_is_noted(method: str, url: str) -> None:
    """It fails as if nobody were there, naming what was asked and what there is, and it is on record."""
    bench = Bench(Route("a", URL))

    async def send(session: aiohttp.ClientSession) -> None:
        with pytest.raises(aiohttp.ClientConnectionError, match=f"Nothing answers {method} {url} "):
            await session.request(method, url)

    seconds(run(bench, with_session(send)))
    (text,) = bench.api.unserved
    assert text.startswith(f"Nothing answers {method} {url} (line ")
    assert text.endswith(f"). Served are: POST {URL}.")
    assert bench.api.calls == []


def test_an_address_that_is_none_is_refused() -> None:
    """An address without a host gives the real error, and nothing is sent."""
    bench = Bench(Route("a", URL))

    async def send(session: aiohttp.ClientSession) -> None:
        with pytest.raises(aiohttp.InvalidURL):
            await session.post("orders")

    seconds(run(bench, with_session(send)))
    assert bench.witness.heard == []


def test_a_request_that_is_sent_twice_is_announced_twice() -> None:
    """The announcer hears of a second request for one route; without a payload its answer is a clear 409."""
    bench = Bench(Route("a", URL))

    async def send(session: aiohttp.ClientSession) -> tuple[int, Any]:
        await session.post(URL)
        async with session.post(URL) as response:
            return response.status, await response.json()

    status, body = value(run(bench, with_session(send)))
    assert status == 409
    assert "sent more than once" in body["error"]
    assert bench.witness.heard == [("begin", "a"), ("end", "a")] * 2


def test_a_blocked_loop_delays_every_answer() -> None:
    """A coroutine that blocks the loop keeps the answers of all others waiting."""
    bench = Bench(Route("a", URL, latency=1))

    async def send(session: aiohttp.ClientSession) -> None:
        task = asyncio.ensure_future(session.post(URL))
        await asyncio.sleep(0)
        time.sleep(3)  # noqa: ASYNC251 - the mistake that is meant
        await task

    assert seconds(run(bench, with_session(send))) == 3


def test_without_a_simulation_it_works_in_real_time() -> None:
    """Outside a simulation requests are served and recorded too."""
    witness = Witness()

    async def send(session: aiohttp.ClientSession) -> Any:  # noqa: ANN401 - JSON
        async with session.post(URL) as response:
            return await response.json()

    with MockApi([Route("a", URL)], witness) as api:
        assert asyncio.run(with_session(send)()) == {"key": "a"}
    assert witness.heard == [("begin", "a"), ("end", "a")]
    assert [session.closed for session in api.sessions] == [True]


def test_two_runs_are_the_same() -> None:
    """The same program has the same calls, sessions and events in every run."""

    def once() -> tuple[Any, ...]:
        bench = Bench(*[Route(str(number), f"{HOST}/{number}", latency=number % 3) for number in range(9)])

        async def send_all(session: aiohttp.ClientSession) -> None:
            await asyncio.gather(*(session.post(f"{HOST}/{number}") for number in range(9)))

        ran = run(bench, with_session(send_all))
        return ran.events, bench.witness.heard, bench.api.calls, bench.api.sessions

    assert once() == once()
