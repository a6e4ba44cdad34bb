"""What a check lets a submission do, written down as data: which function is called, with which jobs or cases.

A scenario is written once in a suite. For each run it is *cast*: every job and case gets a random name and a random
result, which only the judge knows.
"""

from __future__ import annotations

import ast
import inspect
import random
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from grader.lab.words import count, duration, join_words

HOST = "http://api.test"

Function = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Job:
    """One job: sleeps `seconds` of simulated time, then returns a random value, or raises.

    Attributes:
        seconds: how long it takes.
        fails: whether it raises instead of returning.
        cleanup: for asynchronous jobs, how long its clean-up takes after it has been cancelled.
    """

    seconds: float = 1.0
    fails: bool = False
    cleanup: float = 0.0


@dataclass(frozen=True, slots=True)
class Jobs:
    """Jobs to hand to the student's function; `asynchronous` ones are coroutine functions."""

    items: tuple[Job, ...]
    asynchronous: bool = False

    def __str__(self) -> str:
        return f"[{_describe([_job_words(item) for item in self.items], 'job')}]"


@dataclass(frozen=True, slots=True)
class Answer:
    """How the mock API treats one case.

    Attributes:
        seconds: simulated time until it answers.
        status: the HTTP status of the answer.
        kind: ``answer``, ``refused`` (the connection fails) or ``silent`` (no answer ever comes).
    """

    seconds: float = 1.0
    status: int = 200
    kind: str = "answer"


@dataclass(frozen=True, slots=True)
class Cases:
    """API cases to hand to the student's function, and how each is answered."""

    items: tuple[Answer, ...]

    def __str__(self) -> str:
        return f"[{_describe([_answer_words(item) for item in self.items], 'case')}]"


@dataclass(frozen=True, slots=True)
class Scenario:
    """A call of a student's function, or a little play of the suite's around it.

    Attributes:
        function: name of the student's function to call, if it is called directly.
        play: a function of the suite that runs beside the submission, if not.
        arguments: what is passed: plain values, `Jobs` or `Cases`.
        options: the same by keyword.
        words: the call as failures show it, where the play's own name would not help the student.
    """

    function: str = ""
    play: Function | None = None
    words: str = ""
    arguments: tuple[Any, ...] = ()
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def called(self) -> str:
        """The call in words, as failures show it."""
        name = self.words or self.function or (self.play.__name__ if self.play is not None else "")
        parts = [_shown(argument) for argument in self.arguments]
        parts += [f"{key}={_shown(value)}" for key, value in self.options.items()]
        return f"{name}({', '.join(parts)})"


def job(seconds: float = 1.0, *, fails: bool = False, cleanup: float = 0.0) -> Job:
    """Describe one job."""
    return Job(seconds, fails, cleanup)


def jobs(*items: Job | int, seconds: float = 1.0) -> Jobs:
    """Describe jobs: ``jobs(5, seconds=2)``, or each by itself: ``jobs(job(3), job(1, fails=True))``."""
    return Jobs(_expand(items, lambda: Job(seconds), Job))


def async_jobs(*items: Job | int, seconds: float = 1.0) -> Jobs:
    """Describe jobs that are coroutine functions, in the same way as `jobs`."""
    return Jobs(_expand(items, lambda: Job(seconds), Job), asynchronous=True)


def answer(seconds: float = 1.0, *, status: int = 200) -> Answer:
    """Describe a case that is answered after `seconds` with an HTTP status."""
    return Answer(seconds, status)


def refused() -> Answer:
    """Describe a case whose connection is refused at once."""
    return Answer(0.0, 0, "refused")


def silent() -> Answer:
    """Describe a case that is never answered."""
    return Answer(0.0, 0, "silent")


def cases(*items: Answer | int, seconds: float = 1.0) -> Cases:
    """Describe cases: ``cases(12, seconds=2)``, or each by itself: ``cases(answer(4), silent())``."""
    return Cases(_expand(items, lambda: Answer(seconds), Answer))


def call(function: str, *arguments: Any, **options: Any) -> Scenario:  # noqa: ANN401 - arguments of any function
    """Call the student's `function`; a coroutine function runs under ``asyncio.run``."""
    return Scenario(function=function, arguments=arguments, options=options)


def play(function: Function, *arguments: Any, words: str) -> Scenario:  # noqa: ANN401 - arguments of any function
    """Run a function of the suite beside the submission: ``function(student, *arguments)``.

    `words` name the call to the student, such as ``run_all, cancelled after 1 s,``; the arguments are added.

    `student` is the submission's module. Only the function's source travels to where the submission runs, so it must
    import what it needs in its own body. It may be a coroutine function.
    """
    return Scenario(play=function, words=words, arguments=arguments)


@dataclass(frozen=True, slots=True)
class Cast:
    """A scenario with its random parts filled in.

    Attributes:
        request: what the running side needs to know, as plain data.
        payloads: by key, what each job or case will return; the judge keeps these.
        keys: the keys in the order in which the jobs or cases were written.
        sent: by key, the request that a case asks for: url, headers and payload.
        items: by key, the description of the job or case.
    """

    request: dict[str, Any]
    payloads: dict[str, Any]
    keys: list[str]
    sent: dict[str, dict[str, Any]]
    items: dict[str, Job | Answer]


def cast(scenario: Scenario, rng: random.Random) -> Cast:
    """Fill in the random parts of a scenario."""
    made = _Casting(rng)
    request: dict[str, Any] = {
        "function": scenario.function,
        "arguments": [made.value(argument) for argument in scenario.arguments],
        "options": {name: made.value(value) for name, value in scenario.options.items()},
    }
    if scenario.play is not None:
        request["play"] = _shipped(scenario.play)
    return Cast(request, made.payloads, list(made.items), made.sent, made.items)


class _Casting:
    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self.payloads: dict[str, Any] = {}
        self.sent: dict[str, dict[str, Any]] = {}
        self.items: dict[str, Job | Answer] = {}

    def value(self, value: Any) -> Any:  # noqa: ANN401 - any argument
        if isinstance(value, Jobs):
            return {"$": "jobs", "asynchronous": value.asynchronous, "items": [self._job(item) for item in value.items]}
        if isinstance(value, Cases):
            return {"$": "cases", "items": [self._case(item) for item in value.items]}
        return value

    def _job(self, item: Job) -> dict[str, Any]:
        key = self._key()
        self.items[key] = item
        self.payloads[key] = self._nonce()
        return {"key": key, "seconds": item.seconds, "fails": item.fails, "cleanup": item.cleanup}

    def _case(self, item: Answer) -> dict[str, Any]:
        key = self._key()
        self.items[key] = item
        self.payloads[key] = {"receipt": self._nonce(), "total": self._rng.randrange(1, 1000)}
        sent = {
            "url": f"{HOST}/orders/{key}",
            "headers": {"X-Request-Id": self._nonce(), "Authorization": f"Bearer {self._nonce()}"},
            "payload": {"item": self._nonce(), "amount": self._rng.randrange(1, 100)},
        }
        self.sent[key] = sent
        return {"key": key, "seconds": item.seconds, "status": item.status, "kind": item.kind, **sent}

    def _key(self) -> str:
        return f"{self._rng.getrandbits(32):08x}"

    def _nonce(self) -> str:
        return f"{self._rng.getrandbits(48):012x}"


def _shipped(function: Function) -> dict[str, Any]:
    """Return the source of a suite's function, ready to be compiled where the submission runs."""
    lines, first = inspect.getsourcelines(function)
    source = textwrap.dedent("".join(lines))
    ast.parse(source)
    return {"name": function.__name__, "source": source, "file": inspect.getsourcefile(function) or "", "line": first}


def _expand(items: Sequence[Any], default: Callable[[], Any], kind: type) -> tuple[Any, ...]:
    expanded: list[Any] = []
    for item in items:
        expanded += [item] if isinstance(item, kind) else [default() for _ in range(item)]
    return tuple(expanded)


def _describe(words: list[str], noun: str) -> str:
    groups: list[list[Any]] = []
    for word in words:
        if groups and groups[-1][0] == word:
            groups[-1][1] += 1
        else:
            groups.append([word, 1])
    if not groups:
        return ""
    return join_words([f"{count(number, noun)} {word}" for word, number in groups])


def _job_words(item: Job) -> str:
    return f"of {duration(item.seconds)}" + (" that fails" if item.fails else "")


def _answer_words(item: Answer) -> str:
    if item.kind == "refused":
        return "whose connection is refused"
    if item.kind == "silent":
        return "that is never answered"
    status = "" if item.status == 200 else f" with status {item.status}"  # noqa: PLR2004 - HTTP OK
    return f"answered after {duration(item.seconds)}{status}"


def _shown(value: Any) -> str:  # noqa: ANN401 - any argument
    return str(value) if isinstance(value, (Jobs, Cases)) else repr(value)
