"""A `Seen` made by hand: what would be known of a run, without running anything and without pytest's help."""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING, Any

import pytest

from grader.lab import Failure, FailureData, Scenario, Seen
from grader.lab.observation import Happening, Observation, Place, Raised
from grader.lab.scenario import cast
from grader.lab.seen import NANOSECONDS, Ending, Measures
from grader.lab.witness import Witness
from grader.lab.wording import failure_lines

if TYPE_CHECKING:
    from collections.abc import Callable

SOURCE = [
    "import threading",
    "",
    "def run_concurrently(jobs):",
    "    for thread in threads:",
    "        thread.start()",
    "        thread.join()",
    "    with lock:",
    "        time.sleep(2)",
    "    raise ValueError",
]
"""The lines of the submission in every story."""


class Story:
    """What happens in a run, told step by step; jobs and cases are named by their positions, from 0."""

    def __init__(self, scenario: Scenario, seed: int = 1) -> None:
        self.scenario = scenario
        self.cast = cast(scenario, random.Random(seed))  # noqa: S311 - repeatable on purpose
        self.witness = Witness(self.cast.payloads)
        self.events: list[Happening] = []
        self._began: dict[int, int] = {}

    def begin(self, position: int, at: float = 0, *, thread: object = 0, **details: Any) -> Story:  # noqa: ANN401 - any JSON
        """A job or request begins, in a thread of that number."""
        self._began.setdefault(position, _ns(at))
        self.witness.begin(self._key(position), {"time": _ns(at), "thread": thread, **details})
        return self

    def end(self, position: int, at: float) -> Story:
        """It ends with a result."""
        self.witness.end(self._key(position))
        return self._drawn(position, at)

    def abandon(self, position: int, at: float) -> Story:
        """It ends without one."""
        self.witness.abandon(self._key(position), {"time": _ns(at)})
        return self._drawn(position, at)

    def cancel(self, position: int, at: float) -> Story:
        """A job notes that it is cancelled."""
        self.witness.note(self._key(position), {"event": "cancelled", "time": _ns(at)})
        return self

    def ends(self) -> Story:
        """The call returns or raises; what is told later came too late."""
        self.witness.note("call", {"event": "returned"})
        return self

    def runs(self, *spans: tuple[float, float], thread: int | None = None) -> Story:
        """Every job runs from one time to another, each in a thread of its own unless one is given."""
        moments = [(began, 1, position) for position, (began, _) in enumerate(spans)]
        moments += [(ended, 0, position) for position, (_, ended) in enumerate(spans)]
        for at, begins, position in sorted(moments):
            if begins:
                self.begin(position, at, thread=position + 1 if thread is None else thread)
            else:
                self.end(position, at)
        return self

    def waits(self, line: int, began: float, ended: float, *, thread: int = 0, **data: Any) -> Story:  # noqa: ANN401 - any scalar
        """A thread waits in a line of the submission."""
        place = Place(line, "run_concurrently", data.pop("call", ""))
        task = data.pop("task", None)
        kind = data.pop("kind", "wait")
        self.events.append(Happening(_ns(ended), thread, task, kind, place, {"began": _ns(began), **data}))
        return self

    def seen(self, *, seconds: float = 0.0, reference: Measures | None = None, **observed: Any) -> Seen:  # noqa: ANN401 - any field
        """The run as an expectation sees it; by default the right results came back."""
        ending = observed.pop("ending", Ending("answered"))
        loads = observed.pop("loads", True)
        output = observed.pop("output", "")
        found = Seen(
            self.scenario,
            self.cast,
            self.witness,
            Observation("returned"),
            ending,
            list(SOURCE),
            output,
            reference,
            loads,
        )
        observed.setdefault("value", found.payloads())
        observed.setdefault("outcome", "raised" if observed.get("error") is not None else "returned")
        observation = Observation(elapsed=_ns(seconds), events=self.events, **observed)
        return Seen(self.scenario, self.cast, self.witness, observation, ending, list(SOURCE), output, reference, loads)

    def payload(self, position: int) -> Any:  # noqa: ANN401 - any JSON value
        """Return what a job returns, or what the answer to a case holds."""
        return self.cast.payloads[self._key(position)]

    def _key(self, position: int) -> str:
        return self.cast.keys[position] if position >= 0 else "ffff"

    def _drawn(self, position: int, at: float) -> Story:
        kind = "request" if self.cast.sent else "job"
        data: dict[str, Any] = {"key": self._key(position), "began": self._began.get(position, _ns(at)), "how": "ended"}
        self.events.append(Happening(_ns(at), 1, None, kind, None, data))
        return self


def raised(kind: str, text: str = "", *bases: str, line: int = 0, inner: list[Raised] | None = None) -> Raised:
    """Make an error as an observation has it."""
    place = Place(line, "run_concurrently") if line else None
    return Raised(kind, [kind, *bases, "Exception", "BaseException", "object"], text, place, inner or [])


def failure_of(expectation: Callable[..., object], *args: Any, **options: Any) -> FailureData:  # noqa: ANN401 - any arguments
    """Return the failure of an expectation that must not be met, after a look at its style."""
    with pytest.raises(Failure) as caught:
        expectation(*args, **options)
    require_style(caught.value.data)
    return caught.value.data


def told(failure: FailureData) -> tuple[str, str, str, str]:
    """Return the sentences of a failure."""
    return failure.verdict, failure.observed, failure.expected, failure.question


def require_style(failure: FailureData) -> None:
    """Require of any failure what is required of all: short, without slips of grammar, and in the student's words."""
    sentences = [failure.verdict, failure.called, failure.observed, failure.expected, failure.question]
    sentences += [note.note for note in failure.lines]
    for sentence in sentences:
        assert not _JARGON.search(sentence), sentence
        assert not _GRAMMAR.search(sentence), sentence
        assert sentence == sentence.strip() or sentence == failure.called, sentence
        assert "\n" not in sentence
        assert "  " not in sentence
    assert failure.verdict[0].isupper()
    assert failure.verdict[-1] in ".?" or ": " in failure.verdict
    assert "None" not in f"{failure.verdict} {failure.question}"
    assert not failure.question or failure.question[-1] in "?."
    assert all(note.line > 0 and note.source for note in failure.lines)
    assert len(failure_lines(failure)) <= _LINES


_LINES = 14
_JARGON = re.compile(
    r"witness|makespan|observation|scenario|opaque|<class|object at 0x|grader\.|Simulated|_driven|__call__|<locals>|\$"
)
_NOUNS = "job|request|case|result|thread|session|task|socket|coroutine|lock"
_GRAMMAR = re.compile(
    rf"\b1 ({_NOUNS})s\b|\b(0|[2-9]|\d\d+) ({_NOUNS})\b|\b1 \w+s? were\b|\bs was\b|\.\.|: ?\.|, ?\.| ,"
)


def _ns(seconds: float) -> int:
    return round(seconds * NANOSECONDS)
