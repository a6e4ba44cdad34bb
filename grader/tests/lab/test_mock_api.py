"""Tests of the mock API itself: its routes, its doors, and what it does when it fails."""

from __future__ import annotations

import importlib.util
import threading
import time
from dataclasses import FrozenInstanceError
from typing import Any

import aiohttp
import pytest
import requests

from grader.lab.http_types import ApiCase, ApiResult
from grader.lab.mock_api import BODY_LIMIT, MockApi, MockApiError, Route
from grader.lab.mock_api.api import usable_doors
from grader.lab.mock_api.details import body_of, headers_of
from grader.lab.mock_api.routes import RouteTable
from grader.lab.wire import Wire
from grader.simulation import simulate
from grader.tests.lab.mock_api_bench import Witness

URL = "http://api.test/orders"


def test_cases_and_results_cannot_be_changed() -> None:
    """A case and a result can't be changed once they are made."""
    case = ApiCase(URL, {}, 1)
    result = ApiResult(200, 1, None)
    with pytest.raises(FrozenInstanceError):
        case.url = ""  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        result.status = 500  # type: ignore[misc]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"latency": -1}, "route 'a': the latency is a number of seconds, 0 or more, not -1"),
        ({"latency": float("inf")}, "route 'a': the latency is a number of seconds, 0 or more, not inf"),
        ({"outcome": "lost"}, "route 'a': the outcome is one of answer, refused, silent, broken, not 'lost'"),
        ({"outcome": "broken"}, "route 'a': only a route with a wire can be broken"),
        ({"wire": Wire(pieces=0)}, "route 'a': an answer comes in 1 piece or more, not in 0"),
        (
            {"wire": Wire(), "url": "https://api.test/"},
            "route 'a': a server in the simulated network is http://, unlike 'https://api.test/'",
        ),
        ({"status": 0}, "route 'a': the status of an answer is 200 to 599, not 0"),
        ({"url": "/orders"}, "route 'a': the address is http:// or https:// and a host, unlike '/orders'"),
        ({"url": "http://[api"}, "route 'a': the address is http:// or https:// and a host, unlike 'http://[api'"),
    ],
)
def test_a_wrong_route_is_refused(wrong: dict[str, Any], said: str) -> None:
    """A route that can't be served is refused when it is made, with what is wrong with it."""
    with pytest.raises(ValueError, match=r"route 'a'") as caught:
        Route(**{"key": "a", "url": URL, **wrong})
    assert str(caught.value) == said


@pytest.mark.parametrize("second", [Route("a", f"{URL}/2"), Route("b", "HTTP://API.test:80/orders")])
def test_no_two_routes_are_the_same(second: Route) -> None:
    """Two routes with one key, or for one request, are refused."""
    with pytest.raises(ValueError, match="another route has the same key, or the same method and address"):
        MockApi([Route("a", URL), second], Witness())


@pytest.mark.parametrize(
    ("served", "asked"),
    [
        ("http://api.test", "http://api.test/"),
        ("http://api.test/a?x=1&y=2", "http://API.test:80/a?y=2&x=1#top"),
        ("http://api.test/a b", "http://api.test/a%20b"),
        ("http://api.test/a?x=", "http://api.test/a?x="),
        ("https://api.test/a", "https://api.test:443/a"),
    ],
)
def test_one_address_in_two_spellings_is_one_route(served: str, asked: str) -> None:
    """A route serves its address however a library spells it."""
    assert RouteTable([Route("a", served)]).find("post", asked) is not None


@pytest.mark.parametrize(
    "asked", ["http://api.test/b", "http://api.test:8080/a", "https://api.test/a", "http://api.test/a?x=1", "http://[a"]
)
def test_another_address_is_not_served(asked: str) -> None:
    """A route serves no address but its own."""
    assert RouteTable([Route("a", "http://api.test/a")]).find("POST", asked) is None


def test_a_list_of_routes_is_short() -> None:
    """The routes there are can be named in a sentence: the first ten, and the number of the rest."""
    assert RouteTable([]).listed() == "none"
    listed = RouteTable([Route(str(number), f"{URL}/{number}") for number in range(12)]).listed()
    assert listed.startswith(f"POST {URL}/0, POST {URL}/1, ")
    assert listed.endswith(f"POST {URL}/9 and 2 more")


def test_headers_of_any_kind_become_plain() -> None:
    """Header names are in lower case, bytes become text, and a repeated header is one."""
    assert headers_of([("X-A", b"1"), ("x-a", "2"), ("X-B", 3)]) == {"x-a": "1, 2", "x-b": "3"}


@pytest.mark.parametrize(
    ("raw", "json", "text"),
    [
        (b"", None, None),
        (b'{"a": [1]}', {"a": [1]}, None),
        (b"a=1", None, "a=1"),
        (b"NaN", None, "NaN"),
        (b"\xff", None, "\ufffd"),
        (b"[" * 100_000, None, "[" * 100_000),
    ],
)
def test_a_body_is_json_or_text(raw: bytes, json: object, text: str | None) -> None:
    """A body is told apart into JSON as other languages read it, and text."""
    assert body_of(raw) == {"json": json, "body": text}


def test_a_door_whose_library_is_missing_stays_shut(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the doors whose libraries are installed are opened."""
    found = importlib.util.find_spec
    assert len(usable_doors()) == 2
    monkeypatch.setattr("grader.lab.mock_api.api.find_spec", lambda name: None if name == "aiohttp" else found(name))
    assert [opener.__module__.rpartition(".")[2] for opener in usable_doors()] == ["requests_door"]


def test_the_doors_are_shut_behind_us() -> None:
    """When the mock API is closed, both libraries are as they were."""
    before = (
        requests.adapters.HTTPAdapter.send,
        aiohttp.ClientSession._request,
        aiohttp.ClientSession.__init__,
    )
    with MockApi([], Witness()):
        assert requests.adapters.HTTPAdapter.send is not before[0]
        assert aiohttp.ClientSession._request is not before[1]
    assert before == (
        requests.adapters.HTTPAdapter.send,
        aiohttp.ClientSession._request,
        aiohttp.ClientSession.__init__,
    )


def test_it_is_opened_once() -> None:
    """A mock API that has been opened isn't opened again: its records belong to one run."""
    api = MockApi([], Witness())
    with api, pytest.raises(RuntimeError, match="opened before; make a new one"):
        api.__enter__()
    with pytest.raises(RuntimeError, match="opened before; make a new one"):
        api.__enter__()


def test_without_a_simulation_it_works_in_real_time() -> None:
    """Outside a simulation requests are served and recorded too."""
    witness = Witness()
    with MockApi([Route("a", URL)], witness) as api:
        assert requests.post(URL, timeout=1).json() == {"key": "a"}
    (call,) = api.calls
    assert (call.thread, call.task, call.site, call.how) == (threading.get_ident(), None, None, "answered")
    assert witness.heard == [("begin", "a"), ("end", "a")]


def test_nothing_is_announced_after_the_end() -> None:
    """A request that is still in flight when the mock API is closed ends unheard."""
    witness = Witness()
    api = MockApi([Route("a", URL, latency=5)], witness)

    def leave_behind() -> None:
        with api:
            threading.Thread(target=requests.post, args=(URL,)).start()
            time.sleep(1)

    run = simulate(leave_behind)
    assert [left.kind for left in run.leftovers] == ["thread"]
    assert witness.heard == [("begin", "a")]
    assert [call.how for call in api.calls] == ["stopped"]


@pytest.mark.parametrize(
    ("payload", "said"),
    [
        ("x" * BODY_LIMIT, "its body has 65538 bytes; the mock API serves up to 65536"),
        (float("nan"), "Out of range float values are not JSON compliant"),
        (object(), "Object of type object is not JSON serializable"),
    ],
)
def test_a_payload_that_cannot_be_served_is_our_fault(payload: object, said: str) -> None:
    """A payload that isn't JSON, or is too long, fails clearly and is recorded as our fault."""

    class Odd(Witness):
        def end(self, key: str) -> object:
            super().end(key)
            return payload

    witness = Odd()
    with MockApi([Route("a", URL)], witness) as api, pytest.raises(MockApiError, match=said):
        requests.post(URL, timeout=1)
    (fault,) = api.faults
    assert fault.startswith("The mock API failed in the answer to a: ")
    assert said in fault
    assert witness.heard == [("begin", "a"), ("end", "a")]


@pytest.mark.parametrize("broken", ["begin", "end", "abandon"])
def test_a_failing_announcer_is_our_fault(broken: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the announcer raises is recorded, and isn't taken for a failed connection."""

    def fail(*_args: object) -> None:
        raise BrokenPipeError

    witness = Witness()
    monkeypatch.setattr(witness, broken, fail)
    outcome: Any = "refused" if broken == "abandon" else "answer"
    with MockApi([Route("a", URL, outcome=outcome)], witness) as api, pytest.raises(MockApiError, match="BrokenPipe"):
        requests.post(URL, timeout=1)
    assert len(api.faults) == 1
