"""What a check lets a submission do, written down as data: which function is called, with which jobs or cases.

A scenario is written once in a suite. For each run it is *cast*: every job and case gets a random name and a random
result, which only the judge knows.
"""

from __future__ import annotations

import ast
import builtins
import dis
import inspect
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from types import CodeType
from typing import TYPE_CHECKING, Any

from grader.lab.words import count, duration, join_words

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator

HOST = "http://api.test"
_GIVEN = frozenset({*dir(builtins), "__name__"})

Function = Callable[..., Any]


class SuiteError(Exception):
    """A suite is written wrongly; the message says what to change."""


@dataclass(frozen=True, slots=True)
class Job:
    """One job: sleeps `seconds` of simulated time, then returns a random value, or raises.

    Attributes:
        seconds: how long it takes.
        fails: whether it raises instead of returning.
        cleanup: for asynchronous jobs, how long its clean-up takes after it has been cancelled.
        dies: for jobs in processes, whether its process is killed when its time is over.
        unpicklable: for jobs in processes, whether it returns what can't be sent to another process.
    """

    seconds: float = 1.0
    fails: bool = False
    cleanup: float = 0.0
    dies: bool = False
    unpicklable: bool = False


@dataclass(frozen=True, slots=True)
class Jobs:
    """Jobs to hand to the student's function; `asynchronous` ones are coroutine functions.

    Those that are `named` are handed over as arguments for the function that `Work` stands for.
    """

    items: tuple[Job, ...]
    asynchronous: bool = False
    named: bool = False

    def __str__(self) -> str:
        return f"[{_describe(self.items, 'argument' if self.named else 'job', _job_words)}]"


@dataclass(frozen=True, slots=True)
class Work:
    """A function of one argument that does the job that the argument names; it works in any process."""

    def __str__(self) -> str:
        return "function"


@dataclass(frozen=True, slots=True)
class Processes:
    """How a scenario is performed that has real child processes.

    Attributes:
        at_once: how many jobs or requests can be in flight at once.
        method: the start method that is the default there; None for the platform's.
    """

    at_once: int
    method: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """How the mock API treats one case.

    Attributes:
        seconds: simulated time until it answers.
        status: the HTTP status of the answer.
        kind: ``answer``, ``refused`` (the connection fails) or ``silent`` (no answer ever comes).
        dies: for requests from processes, whether the process that sends it is killed instead of getting the answer.
    """

    seconds: float = 1.0
    status: int = 200
    kind: str = "answer"
    dies: bool = False


@dataclass(frozen=True, slots=True)
class Cases:
    """API cases to hand to the student's function, and how each is answered."""

    items: tuple[Answer, ...]

    def __str__(self) -> str:
        return f"[{_describe(self.items, 'case', _answer_words)}]"


@dataclass(frozen=True, slots=True)
class Scenario:
    """A call of a student's function, or a little play of the suite's around it.

    Attributes:
        function: name of the student's function to call, if it is called directly.
        play: a function of the suite that runs beside the submission, if not.
        arguments: what is passed: plain values, `Jobs` or `Cases`.
        options: the same by keyword.
        awaited: whether what the function returns is awaited under ``asyncio.run``.
        words: the call as failures show it, where the play's own name would not help the student.
        processes: how it is performed if it has real child processes; None for a simulation.
    """

    function: str = ""
    play: Function | None = None
    awaited: bool = False
    words: str = ""
    arguments: tuple[Any, ...] = ()
    options: dict[str, Any] = field(default_factory=dict)
    processes: Processes | None = None

    @property
    def called(self) -> str:
        """The call in words, as failures show it."""
        name = self.function or (self.play.__name__ if self.play is not None else "")
        parts = [_shown(argument) for argument in self.arguments]
        parts += [f"{key}={_shown(value)}" for key, value in self.options.items()]
        return f"{f'{self.words.rstrip()} ' if self.words else name}({', '.join(parts)})"


def job(
    seconds: float = 1.0,
    *,
    fails: bool = False,
    cleanup: float = 0.0,
    dies: bool = False,
    unpicklable: bool = False,
) -> Job:
    """Describe one job."""
    return Job(seconds, fails, cleanup, dies, unpicklable)


def jobs(*items: Job | int, seconds: float = 1.0) -> Jobs:
    """Describe jobs: ``jobs(5, seconds=2)``, or each by itself: ``jobs(job(3), job(1, fails=True))``."""
    return Jobs(_expand(items, lambda: Job(seconds), Job))


def async_jobs(*items: Job | int, seconds: float = 1.0) -> Jobs:
    """Describe jobs that are coroutine functions, in the same way as `jobs`."""
    return Jobs(_expand(items, lambda: Job(seconds), Job), asynchronous=True)


def work() -> Work:
    """Describe a function of one argument, for processes; what it is called with comes from `arguments`."""
    return Work()


def arguments(*items: Job | int, seconds: float = 1.0) -> Jobs:
    """Describe the arguments that `work` is called with, as `jobs` does: what each call takes and what it leads to."""
    return Jobs(_expand(items, lambda: Job(seconds), Job), named=True)


def answer(seconds: float = 1.0, *, status: int = 200, dies: bool = False) -> Answer:
    """Describe a case that is answered after `seconds` with an HTTP status."""
    return Answer(seconds, status, dies=dies)


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
    """Call the student's `function`, which is no coroutine function."""
    return Scenario(function=function, arguments=arguments, options=options)


def call_async(function: str, *arguments: Any, **options: Any) -> Scenario:  # noqa: ANN401 - arguments of any function
    """Call the student's coroutine function under ``asyncio.run``, awaiting what it returns."""
    return Scenario(function=function, arguments=arguments, options=options, awaited=True)


def play(function: Function, *arguments: Any, words: str) -> Scenario:  # noqa: ANN401 - arguments of any function
    """Run a function of the suite beside the submission: ``function(student, *arguments)``.

    `words` name the call to the student, such as ``run_all, cancelled after 1 s,``; the arguments are added.

    `student` is the submission's module. Only the function's source travels to where the submission runs, so it must
    import what it needs in its own body. It may be a coroutine function.

    Raises:
        SuiteError: it is no such function.
    """
    _require_alone(function)
    return Scenario(play=function, words=words, arguments=arguments)


def with_processes(scenario: Scenario, *, at_once: int, method: str | None = None) -> Scenario:
    """Perform a scenario with real child processes. Their time is counted by the judge, as exactly as if simulated.

    Args:
        scenario: what `call` or `play` returns.
        at_once: how many jobs or requests a right program has in flight at once.
        method: ``fork``, ``spawn`` or ``forkserver``, the default start method there; None for the platform's.

    Raises:
        SuiteError: it can't be performed like that.
    """
    if scenario.awaited or at_once < 1 or method not in {None, "fork", "spawn", "forkserver"}:
        msg = f"with_processes() takes a call or play, at_once from 1 and a start method, and not {method!r}"
        raise SuiteError(msg)
    return replace(scenario, processes=Processes(at_once, method))


@dataclass(frozen=True, slots=True)
class Cast:
    """A scenario with its random parts filled in.

    Attributes:
        request: what the running side needs to know, as plain data.
        payloads: by key, what each job or case will return; the judge keeps these.
        keys: the keys in the order in which the jobs or cases were written.
        sent: by key, the request that a case asks for: url, headers and payload.
        items: by key, the description of the job or case.
        groups: the keys that are handed over together.
    """

    request: dict[str, Any]
    payloads: dict[str, Any]
    keys: list[str]
    sent: dict[str, dict[str, Any]]
    items: dict[str, Job | Answer]
    groups: list[list[str]] = field(default_factory=list)


def cast(scenario: Scenario, rng: random.Random) -> Cast:
    """Fill in the random parts of a scenario."""
    made = _Casting(rng)
    request: dict[str, Any] = {
        "function": scenario.function,
        "awaited": scenario.awaited or inspect.iscoroutinefunction(scenario.play),
        "arguments": [made.value(argument) for argument in scenario.arguments],
        "options": {name: made.value(value) for name, value in scenario.options.items()},
    }
    if scenario.play is not None:
        request["play"] = _shipped(scenario.play)
    if scenario.processes is not None:
        deadly = [key for key, item in made.items.items() if item.dies]
        request["processes"] = {
            "at_once": scenario.processes.at_once,
            "method": scenario.processes.method,
            "deadly": deadly,
        }
    made.finish()
    return Cast(request, made.payloads, list(made.items), made.sent, made.items, made.groups)


class _Casting:
    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self.payloads: dict[str, Any] = {}
        self.sent: dict[str, dict[str, Any]] = {}
        self.items: dict[str, Job | Answer] = {}
        self.groups: list[list[str]] = []
        self._work: list[dict[str, Any]] = []

    def value(self, value: Any) -> Any:  # noqa: ANN401 - any argument
        before = len(self.items)
        made = self._made(value)
        if len(self.items) > before:
            self.groups.append(list(self.items)[before:])
        return made

    def finish(self) -> None:
        """Tell functions of the jobs that they may be called with, wherever these were written."""
        for work in self._work:
            work["fails"] = {key: item.fails for key, item in self.items.items() if isinstance(item, Job)}
            work["unpicklable"] = [key for key, item in self.items.items() if getattr(item, "unpicklable", False)]

    def _made(self, value: Any) -> Any:  # noqa: ANN401 - any argument
        if isinstance(value, Jobs):
            items = [self._job(item) for item in value.items]
            if value.named:
                return [item["key"] for item in items]
            return {"$": "jobs", "asynchronous": value.asynchronous, "items": items}
        if isinstance(value, Cases):
            return {"$": "cases", "items": [self._case(item) for item in value.items]}
        if isinstance(value, Work):
            self._work.append({"$": "work"})
            return self._work[-1]
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


def _require_alone(function: Function) -> None:
    """Raise an error unless the function's own source is all that it needs."""
    code = getattr(function, "__code__", None)
    if code is None or code.co_name == "<lambda>":
        msg = f"a play is a function written with `def`, and {function!r} is none"
        raise SuiteError(msg)
    others = sorted({*_globals_in(code), *code.co_freevars} - _GIVEN)
    if others:
        msg = (
            f"the play {function.__name__} uses {join_words(others)} from outside its own body, "
            "which doesn't travel with it: import or define it inside, or pass it as an argument"
        )
        raise SuiteError(msg)


def _globals_in(code: CodeType) -> Iterator[str]:
    for instruction in dis.get_instructions(code):
        if instruction.opname == "LOAD_GLOBAL":
            yield str(instruction.argval)
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _globals_in(constant)


def _shipped(function: Function) -> dict[str, Any]:
    """Return the source of a suite's function, ready to be compiled where the submission runs."""
    lines, first = inspect.getsourcelines(function)
    source = textwrap.dedent("".join(lines))
    ast.parse(source)
    return {"name": function.__name__, "source": source, "file": inspect.getsourcefile(function) or "", "line": first}


def _expand(items: Sequence[Any], default: Callable[[], Any], kind: type) -> tuple[Any, ...]:
    expanded: list[Any] = []
    for item in items:
        if isinstance(item, kind):
            expanded.append(item)
        elif type(item) is int and item >= 0:
            expanded += [default() for _ in range(item)]
        else:
            made = "job()" if kind is Job else "answer(), refused() or silent()"
            msg = f"expected a number, or what {made} returns, and not {item!r}"
            raise SuiteError(msg)
    return tuple(expanded)


def _describe(items: Sequence[Any], noun: str, words: Callable[[Any, int], str]) -> str:
    """Tell jobs or cases, neighbours that are alike together."""
    groups: list[list[Any]] = []
    for item in items:
        if groups and words(groups[-1][0], 1) == words(item, 1):
            groups[-1][1] += 1
        else:
            groups.append([item, 1])
    return join_words([f"{count(number, noun)} {words(item, number)}" for item, number in groups])


def _job_words(item: Job, number: int) -> str:
    fails = " that fails" if number == 1 else " that fail"
    if item.unpicklable:
        return f"of {duration(item.seconds)} whose result can't be pickled"
    return f"of {duration(item.seconds)}{fails if item.fails else ''}"


def _answer_words(item: Answer, number: int) -> str:
    if item.kind == "refused":
        return "whose connection is refused" if number == 1 else "whose connections are refused"
    if item.kind == "silent":
        return f"that {'is' if number == 1 else 'are'} never answered"
    status = "" if item.status == 200 else f" with status {item.status}"  # noqa: PLR2004 - HTTP OK
    if item.dies:
        return f"whose process is killed after {duration(item.seconds)}"
    return f"answered after {duration(item.seconds)}{status}"


def _shown(value: Any) -> str:  # noqa: ANN401 - any argument
    return str(value) if isinstance(value, (Jobs, Cases, Work)) else repr(value)
