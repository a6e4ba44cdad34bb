"""What a check lets a submission do, written down as data: which function is called, with which jobs or cases.

A scenario is written once in a suite. For each run it is *cast*: every job and case gets a random name and a random
result, which only the judge knows.
"""

from __future__ import annotations

import base64
import builtins
import dis
import inspect
import marshal
import math
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from types import CodeType
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary, WeakSet

from grader.lab.wire import Wire
from grader.lab.words import count, duration, join_words

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator

    from grader.lab.wire import Framing

HOST = "http://api.test"
_PORTS = range(1_024, 32_768)
_PARTS = 8
_NONCE_LENGTH = 12
_LOAD_GLOBAL, _EXTENDED = dis.opmap["LOAD_GLOBAL"], dis.opmap["EXTENDED_ARG"]
_GIVEN = frozenset({*dir(builtins), "__name__"})

Function = Callable[..., Any]

_alone: WeakSet[Function] = WeakSet()
"""The plays that are known to need nothing from outside: one may be part of many scenarios."""

_travelling: WeakKeyDictionary[Function, dict[str, Any]] = WeakKeyDictionary()
"""The plays that have been cast so far, made ready once: each is cast for many submissions."""


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

    Attributes:
        items: the jobs.
        asynchronous: whether they are coroutine functions.
        noun: what messages call one of them.
        named: whether their names are handed over, and not the jobs themselves.
    """

    items: tuple[Job, ...]
    asynchronous: bool = False
    noun: str = "job"
    named: bool = False

    def __str__(self) -> str:
        return f"[{_describe(self.items, 'argument' if self.named else self.noun, _job_words)}]"


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
        kind: ``answer``, ``refused`` (the connection fails), ``silent`` (no answer ever comes) or ``broken`` (the
            connection is closed in the middle of the answer).
        wire: how the bytes travel, for `socket_cases` alone; None if nothing was said about it.
        work: seconds that the body asks the program to work on the result; None: it says nothing of work.
        dies: for requests from processes, whether the process that sends it is killed instead of getting the answer.
    """

    seconds: float = 1.0
    status: int = 200
    kind: str = "answer"
    wire: Wire | None = None
    work: float | None = None
    dies: bool = False


@dataclass(frozen=True, slots=True)
class Cases:
    """API cases to hand to the student's function, and how each is answered.

    Attributes:
        items: one for each case.
        sockets: whether each case has a server of its own in the simulated network, for programs that use sockets.
    """

    items: tuple[Answer, ...]
    sockets: bool = False

    def __str__(self) -> str:
        return f"[{_describe(self.items, 'case', _answer_words)}]"


@dataclass(frozen=True, slots=True)
class Tokens:
    """The address of an API that hands out tokens, and how it answers one request after another."""

    items: tuple[Answer, ...]

    def __str__(self) -> str:
        return "url"


@dataclass(frozen=True, slots=True)
class Number:
    """A whole number that is random in each run, from `low` to `high`."""

    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Exploring:
    """How the schedules of a play are explored; see `grader.simulation.explore`.

    Attributes:
        preemptions: the most in one schedule.
        stall: simulated seconds for which a preempted thread stands still.
        limit: how many schedules are run at most.
    """

    preemptions: int = 2
    stall: float = 0.0
    limit: int = 1_000


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
        exploring: how its schedules are explored; None: it is performed once, in the order of a plain simulation.
        processes: how it is performed if it has real child processes; None for a simulation.
        whole: whether the words say all, so that the arguments aren't added.
    """

    function: str = ""
    play: Function | None = None
    awaited: bool = False
    words: str = ""
    whole: bool = False
    arguments: tuple[Any, ...] = ()
    options: dict[str, Any] = field(default_factory=dict)
    exploring: Exploring | None = None
    processes: Processes | None = None

    @property
    def called(self) -> str:
        """The call in words, as failures show it."""
        name = self.function or (self.play.__name__ if self.play is not None else "")
        if self.whole:
            return self.words
        parts = [_shown(argument) for argument in self.arguments]
        parts += [f"{key}={_shown(value)}" for key, value in self.options.items()]
        if self.words and not parts:
            return self.words.rstrip(" ,")
        return f"{f'{self.words.rstrip()} ' if self.words else name}({', '.join(parts)})"

    @property
    def simulated_only(self) -> str:
        """Why it can't be performed on the real clock, in words; empty if it can."""
        if self.exploring is not None:
            return "every order of its threads is tried, and real time knows only one"
        given = [*self.arguments, *self.options.values()]
        if any(isinstance(argument, Cases) and argument.sockets for argument in given):
            return "its servers are part of the simulated network"
        if self.processes is not None:
            return "it has real processes already, and the judge counts their time"
        return ""


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


def jobs(*items: Job | int, seconds: float = 1.0, noun: str = "job") -> Jobs:
    """Describe jobs: ``jobs(5, seconds=2)``, or each by itself: ``jobs(job(3), job(1, fails=True))``.

    `noun` is what messages call one of them, where a play does them and not the student's function.
    """
    return Jobs(_expand(items, lambda: Job(seconds), Job), noun=noun)


def async_jobs(*items: Job | int, seconds: float = 1.0) -> Jobs:
    """Describe jobs that are coroutine functions, in the same way as `jobs`."""
    return Jobs(_expand(items, lambda: Job(seconds), Job), asynchronous=True)


def work() -> Work:
    """Describe a function of one argument, for processes; what it is called with comes from `arguments`."""
    return Work()


def arguments(*items: Job | int, seconds: float = 1.0) -> Jobs:
    """Describe the arguments that `work` is called with, as `jobs` does: what each call takes and what it leads to."""
    return Jobs(_expand(items, lambda: Job(seconds), Job), named=True)


def answer(  # noqa: PLR0913 - each is one thing that a case may say
    seconds: float = 1.0,
    *,
    status: int = 200,
    work: float | None = None,
    dies: bool = False,
    pieces: int = 1,
    framing: Framing = "length",
    takes: int = 0,
    connect: float = 0.0,
) -> Answer:
    """Describe a case that is answered after `seconds` with an HTTP status.

    What follows `dies` is for `socket_cases` alone.

    Args:
        seconds: simulated time until the answer; with sockets, from the request's first byte to the answer's last.
        status: the HTTP status.
        work: seconds that the body asks the program to work on the result; None: it says nothing of work.
        dies: for requests from processes, whether the process that sends it is killed instead of getting the answer.
        pieces: in how many pieces the answer comes, evenly spread over that time.
        framing: how the end of the body is told: ``length``, ``chunked`` or ``close``.
        takes: how many bytes of the request the server takes at a time, every 0.1 s, and has room for; the payload is
            eight times as long. 0 means all.
        connect: simulated seconds until the connection stands.
    """
    wire = Wire(connect, takes, pieces, framing)
    return Answer(seconds, status, wire=None if wire == Wire() else wire, work=work, dies=dies)


def refused() -> Answer:
    """Describe a case whose connection is refused at once."""
    return Answer(0.0, 0, "refused")


def silent() -> Answer:
    """Describe a case that is never answered."""
    return Answer(0.0, 0, "silent")


def dripping(seconds: float = 10.0, *, pieces: int = 10) -> Answer:
    """Describe a case whose answer comes in `pieces` over `seconds` and is never whole; for `socket_cases`."""
    return Answer(seconds, 200, "silent", Wire(pieces=pieces + 1))


def broken(seconds: float = 1.0, *, framing: Framing = "length") -> Answer:
    """Describe a case whose connection is closed after `seconds`, in the middle of the answer; for `socket_cases`."""
    return Answer(seconds, 200, "broken", Wire(framing=framing))


def cases(*items: Answer | int, seconds: float = 1.0) -> Cases:
    """Describe cases: ``cases(12, seconds=2)``, or each by itself: ``cases(answer(4), silent())``.

    Raises:
        SuiteError: an item is no answer, or one that only sockets can get.
    """
    made = Cases(_expand(items, lambda: Answer(seconds), Answer))
    for item in made.items:
        if item.wire is not None:
            msg = f"a case {_answer_words(item, 1)} needs socket_cases(): requests and aiohttp see no bytes"
            raise SuiteError(msg)
    return made


def socket_cases(*items: Answer | int, seconds: float = 1.0) -> Cases:
    """Describe cases for programs that use sockets: as `cases`, each with a server of its own in the simulated network.

    Each URL has a port of its own, at which somebody listens, or nobody if the connection is refused.

    Raises:
        SuiteError: an item is no answer, or one that can't be served.
    """
    made = Cases(_expand(items, lambda: Answer(seconds), Answer), sockets=True)
    for item in made.items:
        if item.wire is not None and (problem := item.wire.problem()):
            raise SuiteError(problem)
    return made


def tokens(*items: Answer) -> Tokens:
    """Describe an API that hands out a new token for each POST: ``tokens(answer(1), refused(), answer(1))``."""
    return Tokens(_expand(items, Answer, Answer))


def number(low: int, high: int) -> Number:
    """Describe a whole number that is random in each run; the check finds it in `Seen.arguments`."""
    return Number(low, high)


def call(function: str, *arguments: Any, **options: Any) -> Scenario:  # noqa: ANN401 - arguments of any function
    """Call the student's `function`, which is no coroutine function."""
    return Scenario(function=function, arguments=arguments, options=options)


def call_async(function: str, *arguments: Any, **options: Any) -> Scenario:  # noqa: ANN401 - arguments of any function
    """Call the student's coroutine function under ``asyncio.run``, awaiting what it returns."""
    return Scenario(function=function, arguments=arguments, options=options, awaited=True)


def play(function: Function, *arguments: Any, words: str, whole: bool = False) -> Scenario:  # noqa: ANN401 - arguments of any function
    """Run a function of the suite beside the submission: ``function(student, *arguments)``.

    `words` name the call to the student, such as ``run_all, cancelled after 1 s,``; the arguments are added, unless the
    words say the `whole` of it.

    `student` is the submission's module. Only the function itself travels to where the submission runs, so it must
    import what it needs in its own body. It may be a coroutine function.

    Raises:
        SuiteError: it is no such function.
    """
    _require_alone(function)
    return Scenario(play=function, words=words, whole=whole, arguments=arguments)


def explore(
    function: Function,
    *arguments: Any,  # noqa: ANN401 - arguments of any function
    words: str,
    preemptions: int = 2,
    stall: float = 0.0,
) -> Scenario:
    """Run a function of the suite under every schedule with a few preemptions of the submission's own lines.

    `function` is as for `play`, but no coroutine function. It is called once per schedule with a submission that has
    been loaded afresh, and begins its threads with `grader.simulation.run_together`. Jobs, which are there only once,
    are no `arguments` of it; cases and tokens are answered in each run as if for the first time. `words` are all that
    failures show of the call.

    Args:
        function: the play.
        arguments: what it is given after the submission.
        words: such as ``two threads deposit into one account``.
        preemptions: the most in one schedule.
        stall: simulated seconds for which an interrupted thread stands still, which shows who has to wait for it; 0: it
            only lets others go first.

    Raises:
        SuiteError: it is no such function, or is given what can't be explored.
    """
    _require_alone(function)
    if inspect.iscoroutinefunction(function) or any(isinstance(item, Jobs) for item in arguments):
        msg = f"the play {function.__name__} can't be explored: it is a coroutine function, or is given jobs"
        raise SuiteError(msg)
    return Scenario(
        play=function,
        words=words,
        whole=True,
        arguments=arguments,
        exploring=Exploring(preemptions, stall),
    )


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
        noun: what messages call one of the jobs.
        groups: the keys that are handed over together.
    """

    request: dict[str, Any]
    payloads: dict[str, Any]
    keys: list[str]
    sent: dict[str, dict[str, Any]]
    items: dict[str, Job | Answer]
    noun: str = "job"
    groups: list[list[str]] = field(default_factory=list)

    @property
    def has_api(self) -> bool:
        """Whether there is an API that answers: to cases, or with tokens."""
        return any(isinstance(item, Answer) for item in self.items.values())


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
    if scenario.exploring is not None:
        request["exploring"] = {
            **asdict(scenario.exploring),
            "seed": rng.getrandbits(32),
            "payloads": made.payloads,
        }
    if scenario.processes is not None:
        deadly = [key for key, item in made.items.items() if item.dies]
        request["processes"] = {
            "at_once": scenario.processes.at_once,
            "method": scenario.processes.method,
            "deadly": deadly,
        }
    made.finish()
    return Cast(request, made.payloads, list(made.items), made.sent, made.items, made.noun, made.groups)


class _Casting:
    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self.payloads: dict[str, Any] = {}
        self.sent: dict[str, dict[str, Any]] = {}
        self.items: dict[str, Job | Answer] = {}
        self.noun = "job"
        self._ports: set[int] = set()
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
        made = value
        match value:
            case Jobs():
                made = self._jobs(value)
            case Cases():
                made = {"$": "cases", "items": [self._case(item, sockets=value.sockets) for item in value.items]}
            case Tokens():
                url = f"{HOST}/tokens/{self._key()}"
                made = {"$": "tokens", "url": url, "items": [self._token(*item) for item in enumerate(value.items, 1)]}
            case Work():
                made = {"$": "work"}
                self._work.append(made)
            case Number():
                made = self._rng.randint(value.low, value.high)
        return made

    def _jobs(self, value: Jobs) -> Any:  # noqa: ANN401 - the jobs, or their names alone
        self.noun = value.noun
        items = [self._job(item) for item in value.items]
        if value.named:
            return [item["key"] for item in items]
        return {"$": "jobs", "asynchronous": value.asynchronous, "items": items}

    def _token(self, number: int, item: Answer) -> dict[str, Any]:
        key = self._key()
        self.items[key] = item
        # Its number is for people, who see it among the values that a program reads and writes.
        self.payloads[key] = {"token": f"token-{number}-{self._nonce()}"}
        return {"key": key, "seconds": item.seconds, "status": item.status, "kind": item.kind}

    def _job(self, item: Job) -> dict[str, Any]:
        key = self._key()
        self.items[key] = item
        self.payloads[key] = self._nonce()
        return {"key": key, "seconds": item.seconds, "fails": item.fails, "cleanup": item.cleanup}

    def _case(self, item: Answer, *, sockets: bool) -> dict[str, Any]:
        key = self._key()
        self.items[key] = item
        wire = (item.wire or Wire()) if sockets else None
        self.payloads[key] = {"receipt": self._nonce(), "total": self._rng.randrange(1, 1000)}
        if item.work is not None:
            self.payloads[key]["work"] = item.work
        headers = {"X-Request-Id": self._nonce(), "Authorization": f"Bearer {self._nonce()}"}
        if len(self.items) % 2 == 0:
            # A name that the next case doesn't have: what is kept from one request to the next shows there.
            headers["Idempotency-Key"] = self._nonce()
        sent: dict[str, Any] = {
            "url": f"{HOST}{'' if wire is None else f':{self._port()}'}/orders/{key}",
            "headers": headers,
            "payload": {"item": self._nonce(), "amount": self._rng.randrange(1, 100)},
        }
        if wire is not None and wire.takes:
            sent["payload"]["note"] = self._nonce() * math.ceil(_PARTS * wire.takes / _NONCE_LENGTH)
        self.sent[key] = sent
        case = {"key": key, "seconds": item.seconds, "status": item.status, "kind": item.kind, **sent}
        return case if wire is None else {**case, "wire": asdict(wire)}

    def _port(self) -> int:
        """Choose a port that no other case has, below those that systems give to clients."""
        port = self._rng.choice(_PORTS)
        while port in self._ports:
            port = self._rng.choice(_PORTS)
        self._ports.add(port)
        return port

    def _key(self) -> str:
        return f"{self._rng.getrandbits(32):08x}"

    def _nonce(self) -> str:
        return f"{self._rng.getrandbits(48):012x}"


def _require_alone(function: Function) -> None:
    """Raise an error unless the function's own code is all that it needs."""
    if function in _alone:
        return
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
    try:
        marshal.dumps(_defaults(function))
    except ValueError:
        msg = f"a default value of the play {function.__name__} doesn't travel with it: pass it as an argument"
        raise SuiteError(msg) from None
    _alone.add(function)


def _defaults(function: Function) -> tuple[Any, Any]:
    return getattr(function, "__defaults__", None), getattr(function, "__kwdefaults__", None)


def _globals_in(code: CodeType) -> Iterator[str]:
    # `dis` would take a tenth of the time that the judge needs to start. Since Python 3.11 the last bit of a global's
    # number says something else (https://docs.python.org/3/library/dis.html#opcode-LOAD_GLOBAL).
    higher = 0
    for operation, argument in zip(code.co_code[::2], code.co_code[1::2], strict=True):
        number = higher | argument
        higher = number << 8 if operation == _EXTENDED else 0
        if operation == _LOAD_GLOBAL:
            yield code.co_names[number >> 1]
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _globals_in(constant)


def _shipped(function: Function) -> dict[str, Any]:
    """Return a suite's function as it travels to where the submission runs: compiled, and without its module."""
    if function not in _travelling:
        packed = base64.b64encode(marshal.dumps((function.__code__, *_defaults(function)))).decode("ascii")
        _travelling[function] = {"name": function.__name__, "code": packed}
    return _travelling[function]


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
    if item.kind == "silent" and item.wire is not None:
        return f"whose {'answer drips' if number == 1 else 'answers drip'} in for {duration(item.seconds)}, never whole"
    if item.kind == "silent":
        return f"that {'is' if number == 1 else 'are'} never answered"
    if item.kind == "broken":
        breaks = "whose answer breaks off" if number == 1 else "whose answers break off"
        return f"{breaks} after {duration(item.seconds)}{_wire_words(item.wire)}"
    status = "" if item.status == 200 else f" with status {item.status}"  # noqa: PLR2004 - HTTP OK
    if item.dies:
        return f"whose process is killed after {duration(item.seconds)}"
    work = "" if item.work is None else f" with {duration(item.work)} of work"
    return f"answered after {duration(item.seconds)}{status}{work}{_wire_words(item.wire)}"


def _wire_words(wire: Wire | None) -> str:
    if wire is None:
        return ""
    words = [f"in {count(wire.pieces, 'piece')}"] if wire.pieces > 1 else []
    words += {"chunked": ["chunked"], "close": ["ended by closing"]}.get(wire.framing, [])
    words += [f"connected after {duration(wire.connect)}"] if wire.connect else []
    words += [f"taken {wire.takes} bytes at a time"] if wire.takes else []
    return f" ({', '.join(words)})" if words else ""


def _shown(value: Any) -> str:  # noqa: ANN401 - any argument
    return str(value) if isinstance(value, (Jobs, Cases, Tokens, Work)) else repr(value)
