"""Tests of exploring programs that send requests, from the run to what a student reads."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from grader.lab import FailureData, Scenario, Seen, answer, cases, expect, explore, tokens
from grader.lab.loading import unloaded_afterwards
from grader.lab.observation import Observation
from grader.lab.performing import perform
from grader.lab.seen import Ending
from grader.lab.witness import Witness
from grader.tests.lab.hand_made import failure_of
from grader.tests.lab.test_scenario import seeded

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MODULE = "exercises.synchronization.http_api"
KEEPS = """
    import threading
    import requests

    class Source:
        def __init__(self, url):
            self.url = url
            self.lock = threading.Lock()
            self.current = None

        def token(self):
            with self.lock:
                if self.current is None:
                    self.current = requests.post(self.url, timeout=5).json()["token"]
                return self.current

        def discard(self, token):
            {discard}
"""


def send(student: Any, given: Any) -> Any:  # noqa: ANN401 - a student's module
    """Send all."""
    return student.send(given)


def renew_twice(student: Any, url: Any) -> Any:  # noqa: ANN401 - a student's module
    """Two threads replace the same old token."""
    from grader.simulation import run_together  # noqa: PLC0415 - a play travels alone

    source = student.Source(url)
    old = source.token()

    def renew() -> Any:  # noqa: ANN401 - anything
        source.discard(old)
        return source.token()

    return run_together(renew, renew)


def look_twice(student: Any, url: Any) -> Any:  # noqa: ANN401 - a student's module
    """Two threads ask for the token that is there; return how long the one took that nobody stopped."""
    import time  # noqa: PLC0415 - a play travels alone

    from grader.simulation import run_together  # noqa: PLC0415 - as above

    source = student.Source(url)
    source.token()

    def look() -> float:
        began = time.monotonic()
        source.token()
        return time.monotonic() - began

    return min(run_together(look, look))


TWO_CASES = explore(send, cases(2, seconds=1), words="send", preemptions=0)
RENEW = explore(renew_twice, tokens(*[answer(0.5)] * 4), words="renew", preemptions=1, stall=1)
LOOK = explore(look_twice, tokens(answer(0.5)), words="look", preemptions=1, stall=1)

Seeing = Any
"""Of the fixture: a function of source and scenario."""


@pytest.fixture
def seeing(tmp_path: Path) -> Callable[[str, Scenario], Seen]:
    """Return a function that explores a scenario with a submission of this source."""

    def seen(source: str, scenario: Scenario) -> Seen:
        file = tmp_path / "synchronization" / "http_api.py"
        file.parent.mkdir(exist_ok=True)
        file.write_text(dedent(source), encoding="utf-8")
        made = seeded(scenario, 1)
        witness = Witness(made.payloads)
        with unloaded_afterwards(MODULE):
            observation = perform(made.request, MODULE, file, witness)
        travelled = msgspec.json.decode(msgspec.json.encode(observation), type=Observation)
        return Seen(scenario, made, witness, travelled, Ending("answered"), dedent(source).splitlines())

    return seen


def failure(seen: Seen, *wanted: Any) -> FailureData:  # noqa: ANN401 - any plain value
    """Return the failure of a run that should have returned one of these in every order."""
    return failure_of(expect.in_every_order, seen, list(wanted), "It is wrong.", "Why?")


def test_cases_are_answered_in_every_run(seeing: Seeing) -> None:
    """Each schedule has its own requests, which are answered alike; either thread may be the first to send."""
    seen = seeing(
        """
        import threading
        import requests
        from grader.lab import ApiResult

        def send(cases):
            results = []
            def run(case):
                answer = requests.post(case.url, json=case.payload, timeout=5)
                results.append(ApiResult(answer.status_code, answer.json(), None))
            threads = [threading.Thread(target=run, args=(case,)) for case in cases]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            return results
        """,
        TWO_CASES,
    )
    wanted = seen.payloads()
    expect.in_every_order(seen, [wanted, wanted[::-1]], "It is wrong.")
    assert len(seen.observation.explored.outcomes) == 2
    failure(seen, wanted)


def test_steps_are_told_where_nobody_waited_for_a_thread_that_stood_still(seeing: Seeing) -> None:
    """What a thread does that comes late is told by its steps, without what never changes."""
    seen = seeing(KEEPS.format(discard="self.current = None"), RENEW)
    found = failure(seen, [seen.payloads()[1]["token"]] * 2)
    told = " ".join(step.did for step in found.steps)
    assert "wrote self.current = None" in told
    assert "token-2" in told
    assert "self.lock" not in told
    assert "self.url" not in told
    assert not found.lines


def test_waits_are_told_where_a_thread_waited_for_one_that_stood_still(seeing: Seeing) -> None:
    """Where only time is lost, the lines are told that stood still and that waited."""
    found = failure(seeing(KEEPS.format(discard="pass"), LOOK), 0.0)
    notes = [note.note for note in found.lines]
    assert "one thread was stopped here for 1 s" in notes
    assert "the other one waited here for 1 s" in notes
    assert not found.steps


def test_items_that_are_answered_are_requests(seeing: Seeing) -> None:
    """Whoever fetches tokens is told of requests, not of jobs."""
    assert seeing(KEEPS.format(discard="pass"), LOOK).noun == "request"
