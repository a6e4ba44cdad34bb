"""Sending with `requests` while a trace function is set."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest
import requests

from grader.lab.mock_api import Route
from grader.lab.mock_api.quick_sessions import quick_sessions
from grader.tests.lab.mock_api_bench import Bench

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

URL = "http://api.test/"

pytestmark = pytest.mark.skipif(sys.version_info >= (3, 12), reason="schedules are explored without a trace function")


@pytest.fixture
def traced() -> Iterator[set[str]]:
    """Note the functions that are called in a module of `requests`."""
    called = set()

    def trace(frame: FrameType, _event: str, _argument: object) -> None:
        if frame.f_globals.get("__name__", "").startswith("requests."):
            called.add(frame.f_code.co_name)

    before = sys.gettrace()
    sys.settrace(trace)
    yield called
    sys.settrace(before)


def test_what_requests_does_is_not_traced(traced: set[str]) -> None:
    """A request is sent, and what is called for it isn't traced; what the program calls itself is."""
    with Bench(Route("one", URL)).api, quick_sessions():
        traced.clear()
        response = requests.post(URL, json={"a": [1]}, headers={"b": "c"}, timeout=5)
        assert response.json() == {"key": "one"}
    assert {"post", "json"} <= traced
    assert "send" not in traced


def test_an_error_leaves_the_trace_function_in_place(traced: set[str]) -> None:
    """After a request that fails, calls are traced as before."""
    with Bench(Route("one", URL)).api, quick_sessions(), pytest.raises(requests.ConnectionError):
        requests.post("http://elsewhere.test/", timeout=5)
    traced.clear()
    requests.utils.default_headers()
    assert "default_headers" in traced


@pytest.mark.parametrize("way", ["hook", "own session", "authentication", "own data"])
def test_what_may_call_the_program_is_traced(traced: set[str], way: str) -> None:
    """A hook, a session's own class, an authentication or data of a class of the program's may be called back."""

    class Own(requests.Session):
        pass

    class Name(str):
        __slots__ = ()

    def hook(response: Any, **_options: Any) -> Any:  # noqa: ANN401 - a response
        return response

    def authenticate(request: Any) -> Any:  # noqa: ANN401 - a prepared request
        return request

    session = Own() if way == "own session" else requests.Session()
    choices: dict[str, dict[str, Any]] = {
        "hook": {"hooks": {"response": hook}},
        "authentication": {"auth": authenticate},
        "own data": {"headers": {"a": Name("b")}},
    }
    with Bench(Route("one", URL)).api, quick_sessions(), session:
        traced.clear()
        session.post(URL, timeout=5, **choices.get(way, {}))
    assert "send" in traced


def test_sessions_are_as_before_afterwards() -> None:
    """When the block ends, `requests` is as it was."""
    before = dict(vars(requests.Session))
    with quick_sessions():
        pass
    assert dict(vars(requests.Session)) == before
