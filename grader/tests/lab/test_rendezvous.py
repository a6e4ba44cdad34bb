"""Tests of the judge's end of the way to processes: what it counts, and what it doesn't believe."""

from __future__ import annotations

import json
import os
import random
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from grader.lab import answer, arguments, call, cases, job, silent, with_processes, work
from grader.lab.observation import Observation, Place
from grader.lab.processes import rendezvous as module
from grader.lab.processes.addresses import usable
from grader.lab.processes.messenger import Messenger
from grader.lab.processes.quiet import Settling
from grader.lab.processes.rendezvous import Rendezvous
from grader.lab.scenario import Scenario, cast
from grader.lab.witness import Witness

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from concurrent.futures import Future
    from pathlib import Path

SECOND = 1_000_000_000
QUICK = Settling(brief=0.01, first=0.02, later=0.01, end=0.05)


class Meeting:
    """A rendezvous of a cast scenario, and whoever comes to it.

    The judge takes for busy whoever could still do something: the test, unless it is `at_rest`, and each thread that it
    has started, unless the judge holds it. So nothing depends on how quickly they come.
    """

    def __init__(self, scenario: Scenario) -> None:
        self.cast = cast(scenario, random.Random(1))  # noqa: S311 - repeatable on purpose
        self.keys = self.cast.keys
        self.witness = Witness(self.cast.payloads)
        self.rendezvous = Rendezvous(self.cast, self.witness)
        self.wishes: list[str] = []
        self.stopped = threading.Event()
        self.asked = threading.Event()
        self.is_busy: Callable[[], bool | None] = self.acts
        self._changing = threading.Lock()
        self._acting = 1
        self._begun = 0

    @contextmanager
    def held_in(self, folder: Path) -> Iterator[Meeting]:
        """Listen while the block lasts; the process that calls has said hello."""
        with self.rendezvous.opened(folder, lambda: self.is_busy(), lambda what: self.wish(what)) as request:
            self.address = str(request["processes"]["address"])
            self.messenger().tell({"do": "hello"})
            yield self

    def wish(self, what: str) -> None:
        """Note what the judge wants of the caller."""
        self.wishes.append(what)
        (self.stopped if what == "stop" else self.asked).set()

    def acts(self) -> bool:
        """Tell whether anybody does something, or has been let go and doesn't know it yet."""
        with self._changing:
            return self._acting > 0 or self._begun > len(self.rendezvous._coordinator.held)

    @contextmanager
    def at_rest(self) -> Iterator[None]:
        """Count the one who calls as waiting while the block lasts."""
        self._change(acting=-1)
        try:
            yield
        finally:
            self._change(acting=1)

    def _change(self, *, acting: int, begun: int = 0) -> None:
        with self._changing:
            self._acting += acting
            self._begun += begun

    def messenger(self) -> Messenger:
        """Return a new way to the judge."""
        return Messenger(self.address, os.getpid())

    def do(self, position: int, **details: Any) -> Any:  # noqa: ANN401 - any JSON value
        """Do a job from its begin to its end."""
        messenger = self.messenger()
        self._change(acting=-1, begun=1)
        try:
            messenger.begin(self.keys[position], details)
        finally:
            self._change(acting=1, begun=-1)
        return messenger.end(self.keys[position])

    def start(self, pool: ThreadPoolExecutor, position: int, **details: Any) -> Future[Any]:  # noqa: ANN401 - any JSON value
        """Do a job in another thread."""

        def do() -> Any:  # noqa: ANN401 - any JSON value
            try:
                return self.do(position, **details)
            finally:
                self._change(acting=-1)

        self._change(acting=1)
        return pool.submit(do)

    def result(self, doing: Future[Any]) -> Any:  # noqa: ANN401 - any JSON value
        """Wait for what another thread does."""
        with self.at_rest():
            return doing.result(10)

    def comes(self, event: threading.Event, seconds: float = 10) -> bool:
        """Wait for something that the judge wants; tell whether it came."""
        with self.at_rest():
            return event.wait(seconds)

    def observed(self) -> Observation:
        """Return what is known of the run."""
        return self.rendezvous.observed(Observation("returned"))

    def raw(self, data: bytes) -> bytes:
        """Send anything; return what comes back until the judge closes the connection, or its first words."""
        with socket.socket(socket.AF_UNIX) as connection, usable(self.address) as name:
            connection.connect(name)
            connection.sendall(data)
            try:
                return connection.recv(1 << 16)
            except ConnectionResetError:
                return b""


class Looking:
    """Tells the judge whether a process is busy, and the test how often that was asked."""

    def __init__(self, is_busy: Callable[[], bool] = lambda: True) -> None:
        self._is_busy = is_busy
        self._looks = threading.Semaphore(0)

    def __call__(self) -> bool:
        """Answer one look."""
        self._looks.release()
        return self._is_busy()

    def goes_on(self, looks: int) -> bool:
        """Wait until the judge has looked so often from now on; tell whether it has."""
        while self._looks.acquire(blocking=False):
            pass
        return all(self._looks.acquire(timeout=10) for _ in range(looks))


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Conclude quickly that everything is at rest."""
    monkeypatch.setattr(module, "SEEN", QUICK)
    monkeypatch.setattr(module, "_ANSWER_SECONDS", 0.01)


def three(*, at_once: int = 3) -> Meeting:
    """Return a meeting of three jobs, of 3, 1 and 2 s."""
    return Meeting(with_processes(call("run", work(), arguments(job(3), job(1), job(2))), at_once=at_once))


def test_jobs_that_overlap_take_as_long_as_the_longest(short_folder: Path) -> None:
    """Three jobs that are in progress at once get their results, and take 3 s together."""
    with ThreadPoolExecutor() as pool, three().held_in(short_folder) as meeting:
        started = [meeting.start(pool, position) for position in range(3)]
        results = [meeting.result(doing) for doing in started]
        meeting.messenger().note("call", {"event": "returned"})
    assert results == list(meeting.cast.payloads.values())
    assert meeting.witness.peak == 3
    assert meeting.observed().elapsed == 3 * SECOND


def test_an_answer_that_comes_too_late_concludes_nothing(short_folder: Path) -> None:
    """Who is asked where it waits may answer when the judge has gone on without it: that stops nobody."""
    looked = threading.Event()

    def is_busy() -> bool:
        looked.set()
        return True

    meeting = Meeting(with_processes(call("run", work(), arguments(2)), at_once=2))
    meeting.is_busy = lambda: True
    with meeting.held_in(short_folder):
        meeting.messenger().tell({"do": "place", "line": 14, "text": "run", "call": "join"})
        meeting.is_busy = is_busy
        while not (looked.wait(0.01) or meeting.stopped.is_set()):
            pass
        assert meeting.wishes == []
        assert meeting.rendezvous.stop is None


def test_jobs_one_after_another_take_their_sum(short_folder: Path) -> None:
    """A job that nobody joins goes on when everything is at rest, and its time is counted."""
    with three().held_in(short_folder) as meeting:
        for position in range(3):
            meeting.do(position)
    assert meeting.witness.peak == 1
    assert meeting.observed().elapsed == 6 * SECOND
    spans = [(event.data["began"], event.time) for event in meeting.observed().events]
    assert spans == [(0, 3 * SECOND), (3 * SECOND, 4 * SECOND), (4 * SECOND, 6 * SECOND)]


def test_nobody_goes_on_while_a_process_is_busy(short_folder: Path) -> None:
    """A process that runs may still begin a job: it is waited for, however long that takes."""
    meeting = three()
    meeting.is_busy = looking = Looking()
    with ThreadPoolExecutor() as pool, meeting.held_in(short_folder):
        first = meeting.start(pool, 0)
        assert looking.goes_on(11)
        assert not first.done()
        meeting.is_busy = meeting.acts
        assert meeting.result(first) == meeting.cast.payloads[meeting.keys[0]]


def test_the_caller_is_asked_where_it_waits(short_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before time passes although more could have begun, the caller's line is noted, with the time that it waited."""
    monkeypatch.setattr(module, "_ANSWER_SECONDS", 30)
    with ThreadPoolExecutor() as pool, three().held_in(short_folder) as meeting:
        first = meeting.start(pool, 0)
        assert meeting.comes(meeting.asked)
        meeting.messenger().tell({"do": "place", "line": 14, "text": "run", "call": "join"})
        meeting.result(first)
        meeting.messenger().note("call", {"event": "returned"})
    (wait,) = (event for event in meeting.observed().events if event.kind == "wait")
    assert (wait.place, wait.data["began"], wait.time) == (Place(14, "run", "join"), 0, 3 * SECOND)


def test_a_question_is_dropped_when_something_happens(short_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the caller is asked where it waits, a job begins: the caller is asked anew, and its first answer forgotten.

    So nothing is concluded from a rest that is over.
    """
    monkeypatch.setattr(module, "_ANSWER_SECONDS", 30)
    with ThreadPoolExecutor() as pool, three().held_in(short_folder) as meeting:
        first = meeting.start(pool, 0)
        assert meeting.comes(meeting.asked)
        meeting.is_busy = lambda: True  # as long as it is, nothing is asked
        meeting.messenger().tell({"do": "unserved", "text": "/"})
        meeting.messenger().tell({"do": "place", "line": 14, "text": "run", "call": "join"})
        meeting.asked.clear()
        meeting.is_busy = meeting.acts
        assert meeting.comes(meeting.asked)
        assert not first.done()
        meeting.messenger().tell({"do": "place", "line": 15, "text": "run", "call": "join"})
        meeting.result(first)
    (wait,) = (event for event in meeting.observed().events if event.kind == "wait")
    assert wait.place == Place(15, "run", "join")


def test_nothing_is_concluded_without_an_answer_while_a_process_is_busy(short_folder: Path) -> None:
    """When the time for an answer is over, whoever has become busy meanwhile is waited for."""
    meeting = Meeting(with_processes(call("run", work(), arguments(2)), at_once=2))
    meeting.is_busy = looking = Looking(meeting.asked.is_set)
    with meeting.held_in(short_folder):
        assert meeting.comes(meeting.asked)
        assert looking.goes_on(11)
        assert meeting.wishes == ["ask"]
        assert meeting.rendezvous.stop is None


def test_nothing_is_concluded_from_an_answer_while_a_process_is_busy(
    short_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who has answered may go on at once: that it waits is known when it is at rest again."""
    monkeypatch.setattr(module, "_ANSWER_SECONDS", 30)
    meeting = Meeting(with_processes(call("run", work(), arguments(2)), at_once=2))
    with meeting.held_in(short_folder):
        assert meeting.comes(meeting.asked)
        meeting.is_busy = looking = Looking()
        meeting.messenger().tell({"do": "place", "line": 14, "text": "run", "call": "join"})
        assert looking.goes_on(1)
        assert meeting.rendezvous.stop is None
        meeting.is_busy = meeting.acts
        assert meeting.comes(meeting.stopped)


def test_what_can_never_go_on_is_stopped(short_folder: Path) -> None:
    """A request without a time-out to a silent server is told as a standstill, which names it."""
    meeting = Meeting(with_processes(call("send", cases(silent())), at_once=1))
    with ThreadPoolExecutor() as pool, meeting.held_in(short_folder):
        waiting = meeting.start(pool, 0, timeout=None)
        assert meeting.comes(meeting.stopped)
        assert not waiting.done()
    with pytest.raises(ConnectionResetError):
        meeting.result(waiting)
    observation = meeting.observed()
    assert observation.outcome == "stopped"
    assert observation.stop is not None
    assert [waiter.name for waiter in observation.stop.waiters] == ["request 1"]


def test_a_call_that_waits_for_nothing_is_stopped(short_folder: Path) -> None:
    """Nothing is in flight, nobody runs, and the call doesn't return: it never will."""
    with three().held_in(short_folder) as meeting:
        assert meeting.comes(meeting.stopped)
    assert meeting.observed().outcome == "stopped"


def test_nothing_is_stopped_after_the_return(short_folder: Path) -> None:
    """When the call is over, nothing is waited for any more."""
    with three().held_in(short_folder) as meeting:
        meeting.messenger().note("call", {"event": "returned"})
        assert not meeting.comes(meeting.stopped, 0.2)


@pytest.mark.parametrize(
    ("given", "lasts"),
    [({"timeout": 5.0}, 2), ({"timeout": 1.0}, 1), ({"timeout": None}, 2), ({"timeout": 1e300}, 2)],
)
def test_a_request_lasts_until_its_answer_or_time_out(short_folder: Path, given: dict[str, Any], lasts: int) -> None:
    """Whatever is earlier ends a request."""
    meeting = Meeting(with_processes(call("send", cases(answer(2))), at_once=1))
    with meeting.held_in(short_folder):
        meeting.do(0, **given)
    assert meeting.observed().elapsed == lasts * SECOND


def test_a_job_has_one_result(short_folder: Path) -> None:
    """The second call of a job begins nothing and gets nothing."""
    with three(at_once=1).held_in(short_folder) as meeting:
        assert meeting.do(0) == meeting.cast.payloads[meeting.keys[0]]
        assert meeting.do(0) is None
    assert meeting.witness.keys("repeat") == [meeting.keys[0]]


def test_a_result_needs_its_time(short_folder: Path) -> None:
    """Who asks for a result without having begun, or before the time is over, gets nothing."""
    with three(at_once=1).held_in(short_folder) as meeting:
        key = meeting.keys[0]
        assert json.loads(meeting.raw(_line(do="end", key=key))) == {}
        assert b"payload" not in meeting.raw(_line(do="begin", key=key) + _line(do="end", key=key))


def test_a_connection_speaks_for_one_job(short_folder: Path) -> None:
    """Who begins a second job over the same connection, to show an overlap, loses the first as well."""
    with three().held_in(short_folder) as meeting:
        meeting.is_busy = lambda: True
        first, second = meeting.keys[:2]
        assert meeting.raw(_line(do="begin", key=first) + _line(do="begin", key=second)) == b""
        meeting.messenger().tell({"do": "unserved"})
    assert meeting.witness.keys("begin") == [first]
    assert meeting.witness.keys("abandon") == [first]


def test_unknown_jobs_get_nothing(short_folder: Path) -> None:
    """A key that was never handed out is noted, and held for nobody."""
    with three().held_in(short_folder) as meeting:
        assert json.loads(meeting.raw(_line(do="begin", key="0" * 5_000))) == {}
    assert meeting.witness.keys("unknown") == ["0" * 100]
    assert meeting.witness.peak == 0


@pytest.mark.parametrize(
    "data",
    [
        b"nonsense\n",
        b'{"do":"pay"}\n',
        b'{"do":"begin","key":7}\n',
        b'{"do":"begin","key":"a","details":{"time":"late"}}\n',
        b'{"do":"begin","details":{"json":' + b"[" * 100 + b"]" * 100 + b"}}\n",
        b'{"do":"begin","details":{"json":' + b"[" * 9_000 + b"]" * 9_000 + b"}}\n",
        b'{"do":"begin","details":{"timeout":NaN}}\n',
        b'{"do":"place","line":-1}\n',
        b"x" * 300_000,
    ],
    ids=["text", "deed", "key", "details", "deep", "deeper", "number", "line", "long"],
)
def test_what_is_no_message_ends_the_connection(short_folder: Path, data: bytes) -> None:
    """Nothing of it is believed, and others are served as before."""
    with three(at_once=1).held_in(short_folder) as meeting:
        try:
            assert meeting.raw(data) == b""
        except BrokenPipeError:
            pass
        assert meeting.do(0) == meeting.cast.payloads[meeting.keys[0]]
    assert len(meeting.witness.keys("begin")) == 1


def test_a_connection_that_ends_ends_its_job(short_folder: Path) -> None:
    """A process that dies is noticed by its connection, and its job has no result."""
    with ThreadPoolExecutor() as pool, three().held_in(short_folder) as meeting:
        meeting.is_busy = lambda: True
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(meeting.address)
            connection.sendall(_line(do="begin", key=meeting.keys[0]))
            meeting.messenger().tell({"do": "unserved", "text": "in order"})
        others = [meeting.start(pool, position) for position in (1, 2)]
        meeting.is_busy = meeting.acts
        assert [meeting.result(other) for other in others] == list(meeting.cast.payloads.values())[1:]
    assert meeting.witness.keys("abandon") == [meeting.keys[0]]
    assert meeting.observed().unserved == ["in order"]


def test_too_many_connections_are_refused(short_folder: Path) -> None:
    """Nobody can use up the judge's descriptors; those who were there before are served."""
    with three(at_once=1).held_in(short_folder) as meeting:
        crowd = []
        for _ in range(150):
            connection = socket.socket(socket.AF_UNIX)
            connection.connect(meeting.address)
            crowd.append(connection)
        assert crowd[-1].recv(1) == b""
        crowd[0].sendall(_line(do="unserved", text="still here"))
        assert crowd[0].recv(100) == b"{}\n"
        for connection in crowd:
            connection.close()


def test_only_the_caller_says_that_the_call_is_over(short_folder: Path) -> None:
    """A child's word on it doesn't count."""
    with three().held_in(short_folder) as meeting:
        pid = os.fork()
        if pid == 0:
            meeting.messenger().note("call", {"event": "returned"})
            os._exit(0)
        os.waitpid(pid, 0)
    assert meeting.witness.keys("note") == []


def test_the_process_is_known_from_the_system(short_folder: Path) -> None:
    """The caller's process is number 0, and another one has another number."""
    with three(at_once=1).held_in(short_folder) as meeting:
        meeting.do(0)
        pid = os.fork()
        if pid == 0:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.connect(meeting.address)
                connection.sendall(_line(do="begin", key=meeting.keys[1]))
                os._exit(0)
        os.waitpid(pid, 0)
        meeting.messenger().tell({"do": "unserved", "text": "in order"})
    assert [meeting.witness.details(key)["process"] for key in meeting.keys[:2]] == [0, 1]


def test_a_deep_folder_is_no_obstacle(short_folder: Path) -> None:
    """The address of a socket may be longer than the system accepts."""
    folder = short_folder / ("deep" * 20) / ("deeper" * 20)
    folder.mkdir(parents=True)
    with three(at_once=1).held_in(folder) as meeting:
        assert meeting.do(0) == meeting.cast.payloads[meeting.keys[0]]
    assert list(folder.iterdir()) == []


def test_nothing_is_left(short_folder: Path) -> None:
    """When it is over, there is neither the socket nor the thread."""
    before = threading.active_count()
    with three().held_in(short_folder):
        assert len(list(short_folder.iterdir())) == 1
    assert list(short_folder.iterdir()) == []
    assert threading.active_count() == before


def _line(**message: object) -> bytes:
    return json.dumps(message).encode() + b"\n"
