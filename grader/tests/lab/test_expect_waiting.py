"""Tests of the expectations about where a program waits."""

from __future__ import annotations

import pytest

from grader.lab import call, cases, expect, job, jobs, play
from grader.lab.failure import LineNote
from grader.lab.observation import Happening, Place
from grader.tests.lab.hand_made import Story, failure_of, told

READY_QUESTION = "Is every socket non-blocking, and is it used only when it is ready?"
REQUESTS = call("send_all", cases(2, seconds=1))


def with_clients(student, names):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201, D103 - as suites write it
    return student.serve(names)


SERVER = play(with_clients, jobs(job(2), job(1), noun="client"), words="serve, with two clients", whole=True)


def test_waiting_in_select_is_as_expected() -> None:
    """Waiting for all sockets at once, in a thread of its own or not, blocks nothing."""
    story = Story(SERVER).waits(8, 0, 2, wait="select", call="select").waits(8, 2, 9, wait="select", thread=1)
    expect.never_blocked(story.seen())


def test_waits_of_others_and_of_no_time() -> None:
    """What the suite itself waits for, threads that it starts, and waits that took no time aren't the program's."""
    story = Story(SERVER).waits(8, 2, 2, wait="socket").waits(6, 1, 1, wait="join")
    story.events += [
        Happening(3, 1, None, "wait", None, {"began": 0, "wait": "socket"}),
        Happening(3, 0, None, "thread_start", None, {"started": 1, "name": "Thread-1"}),
        Happening(3, 2, None, "spin", None, {"began": 0}),
    ]
    expect.never_blocked(story.seen())


@pytest.mark.parametrize(
    ("wait", "name", "observed", "question"),
    [
        (
            "socket",
            "socket.recv",
            "socket.recv() took 3 s",
            READY_QUESTION,
        ),
        ("socket", "", "a blocking socket took 3 s", READY_QUESTION),
        ("sleep", "sleep", "sleep() took 3 s", "Which call sleeps too, but wakes up as soon as a socket is ready?"),
        ("sleep", "", "a sleep took 3 s", "Which call sleeps too, but wakes up as soon as a socket is ready?"),
        (
            "lock",
            "Event.wait",
            "Event.wait() took 3 s",
            "Who else is there, in one thread, that could hold it or wake the one who waits?",
        ),
        (
            "lock",
            "",
            "waiting for a lock took 3 s",
            "Who else is there, in one thread, that could hold it or wake the one who waits?",
        ),
        ("join", "", "waiting for a thread took 3 s", "Why is there another thread at all?"),
        ("pipe", "", "a blocking pipe took 3 s", "Is it among what is waited for, and used only when it is ready?"),
    ],
)
def test_a_call_that_blocks(wait: str, name: str, observed: str, question: str) -> None:
    """The call is named, or what it waited for, with its line and a question that fits."""
    seen = Story(SERVER).waits(8, 1, 4, wait=wait, call=name).seen()
    failure = failure_of(expect.never_blocked, seen)
    assert told(failure) == (
        "A call blocked the only thread: for every other socket, time stood still.",
        observed,
        "only select(), or what does the same for all sockets, waits",
        question,
    )
    assert failure.called == "serve, with two clients"
    assert failure.lines == [LineNote(8, "time.sleep(2)", "blocked for 3 s")]


def test_calls_that_block_often() -> None:
    """Of several the longest is told, with their number and their sum."""
    story = Story(SERVER).waits(6, 0, 1, wait="socket", call="socket.accept")
    story.waits(8, 1, 3.5, wait="socket", call="socket.recv").waits(6, 4, 5, wait="socket", call="socket.accept")
    failure = failure_of(expect.never_blocked, story.seen())
    assert failure.observed == "socket.recv() took 2.5 s; three times, 4.5 s in all"
    assert failure.lines == [LineNote(8, "time.sleep(2)", "blocked for 2.5 s")]


def test_busy_waiting() -> None:
    """Looking again and again is told with the time spent so, and the first line that did."""
    story = Story(SERVER).waits(8, 0, 2, kind="spin").waits(6, 3, 3.5, kind="spin")
    failure = failure_of(expect.never_blocked, story.seen())
    assert told(failure) == (
        "It looked again and again instead of waiting.",
        "it was busy looking for 2.5 s",
        "it sleeps in select() until a socket is ready",
        "Which call waits until any of the sockets is ready?",
    )
    assert failure.lines == [LineNote(8, "time.sleep(2)", "looks without waiting")]


@pytest.mark.parametrize(("number", "observed"), [(1, "1 thread started"), (3, "3 threads started")])
def test_threads(number: int, observed: str) -> None:
    """Threads that the program starts are counted, and come before what they wait for."""
    story = Story(SERVER).waits(8, 0, 2, wait="socket")
    for started in range(1, number + 1):
        story.events.append(Happening(1, 0, None, "thread_start", Place(5, "serve"), {"started": started, "name": "x"}))
    failure = failure_of(expect.never_blocked, story.seen())
    assert told(failure) == (
        "It used threads.",
        observed,
        "everything in the one thread of the caller",
        "What could the one thread do while a socket isn't ready?",
    )
    assert failure.lines == [LineNote(5, "thread.start()", "started a thread")]


def test_only_requests_are_drawn() -> None:
    """Requests show what could have gone on meanwhile; the clients of a server are no work of the program's."""
    blocked = Story(REQUESTS).runs((0, 1), (1, 2)).waits(8, 0, 2, wait="socket")
    lanes = failure_of(expect.never_blocked, blocked.seen()).timeline
    assert [lane.name for lane in lanes] == ["request 1", "request 2"]
    blocked = Story(SERVER).runs((0, 2), (0, 1)).waits(8, 0, 2, kind="spin")
    assert failure_of(expect.never_blocked, blocked.seen()).timeline == []


def test_jobs_are_called_as_the_suite_calls_them() -> None:
    """The lanes of a play's jobs carry the noun that the suite gave them."""
    story = Story(SERVER).runs((0, 2), (0, 1))
    assert [(lane.name, lane.segments[0].kind) for lane in story.seen().timeline()] == [
        ("client 1", "job"),
        ("client 2", "job"),
    ]
    stuck = Story(SERVER).begin(0).waits(8, 0, 2, wait="select")
    assert [(lane.name, lane.segments[0].kind) for lane in stuck.seen().timeline()] == [("client 1", "job")]


@pytest.mark.parametrize("nonsense", ["socket", None, -5, 10**30, True, 2.5])
def test_made_up_events_are_judged_all_the_same(nonsense: object) -> None:
    """What the running side reports may be anything, and gets a verdict, never an error."""
    story = Story(SERVER).waits(8, 0, 1, wait="socket").waits(8, 1, 2, kind="spin").waits(6, 1, 2, wait="else")
    for event in story.events:
        event.data["began"] = nonsense  # type: ignore[assignment]  # as nobody honest would
    assert failure_of(expect.never_blocked, story.seen()).verdict.startswith("A call blocked")
    story.events[0].data["wait"] = nonsense  # type: ignore[assignment]
    if nonsense == "socket":
        return
    assert failure_of(expect.never_blocked, story.seen()).verdict.startswith("It looked")
