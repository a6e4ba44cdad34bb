"""Tests of the expectations about what is left, about cancellation, and of judgements of a suite's own."""

from __future__ import annotations

import pytest

from grader.lab import FailureData, Seen, async_jobs, call, cases, expect, job, jobs
from grader.lab.failure import LineNote
from grader.lab.observation import Left, Session
from grader.tests.lab.hand_made import Story, failure_of, raised, told

JOBS = call("run_concurrently", jobs(3))
CASES = call("send_all", cases(4))
ONE_FAILS = call("run_all", async_jobs(job(2, cleanup=0.5), job(1, fails=True), job(4, cleanup=0.5)))


def session(
    number: int = 1, *, requests: int = 4, closed: bool = True, door: str = "aiohttp", line: int = 0
) -> Session:
    """Make a session as an observation has it."""
    return Session(number, door, requests, closed, line)


def test_nothing_left() -> None:
    """Nothing left, and every session closed, is what was asked for."""
    seen = Story(CASES).seen(sessions=[session(), session(2, closed=False, door="requests")])
    expect.nothing_left(seen)
    expect.nothing_left(seen, "thread", "session")
    expect.sessions_closed(seen)
    expect.one_session(seen)


@pytest.mark.parametrize(
    ("left", "verdict", "observed", "note"),
    [
        (
            Left("thread", "Thread-3", "Queue.get", 8),
            "Thread-3 was still running after your function returned: did you forget join(), or the pool's shutdown?",
            "1 thread left behind",
            "is where it was",
        ),
        (
            Left("process", "Process-3", "", 8),
            (
                "Process-3 was still running when your function returned, or was never joined: "
                "did you forget join(), or the pool's shutdown?"
            ),
            "1 process left behind",
            "made it",
        ),
        (
            Left("task", "show_progress", "", 8),
            "The task show_progress was still pending after your function returned: did you forget to await it?",
            "1 task left behind",
            "is where it was",
        ),
        (
            Left("coroutine", "job", "", 8),
            "The coroutine job was never awaited: did you forget `await`?",
            "1 coroutine left behind",
            "made it",
        ),
        (
            Left("socket", "10.0.0.1:80", "open", 8),
            "The socket made in line 8 was still open after your function returned: did you forget close()?",
            "1 socket left behind",
            "made it",
        ),
        (
            Left("pipe", "", "", 8),
            "A pipe was left behind: did you forget to close it?",
            "1 pipe left behind",
            "made it",
        ),
    ],
    ids=["thread", "process", "task", "coroutine", "socket", "other"],
)
def test_something_left(left: Left, verdict: str, observed: str, note: str) -> None:
    """What is left is named by what was forgotten, with its line."""
    failure = failure_of(expect.nothing_left, Story(JOBS).seen(left=[left]))
    assert told(failure) == (verdict, observed, "nothing left when the call is over", "")
    assert failure.lines == [LineNote(8, "time.sleep(2)", note)]


@pytest.mark.parametrize(
    ("left", "verdict"),
    [
        (Left("thread", "", "", 0), "A thread was still running after your function returned"),
        (Left("task", "", "", 0), "A task was still pending after your function returned"),
        (Left("coroutine", "", "", 0), "A coroutine was never awaited"),
        (Left("socket", "", "", 0), "A socket was still open after your function returned"),
    ],
)
def test_something_left_without_a_name_or_line(left: Left, verdict: str) -> None:
    """Where name and line aren't known, nothing is shown in their place."""
    failure = failure_of(expect.nothing_left, Story(JOBS).seen(left=[left]))
    assert failure.verdict.partition(":")[0] == verdict
    assert failure.lines == []


def test_several_things_left() -> None:
    """Each kind is counted by itself, and a check may ask for some kinds only."""
    left = [Left("thread", "Thread-1", "", 0), Left("socket", "", "", 0), Left("thread", "Thread-2", "", 0)]
    seen = Story(JOBS).seen(left=left, sessions=[session(closed=False)])
    failure = failure_of(expect.nothing_left, seen)
    assert failure.observed == "2 threads and 1 socket left behind"
    assert failure_of(expect.nothing_left, seen, "socket").observed == "1 socket left behind"
    assert failure_of(expect.nothing_left, seen, "session").verdict == (
        "A session was left open: did you forget to close it?"
    )
    expect.nothing_left(seen, "task")


@pytest.mark.parametrize(
    ("sessions", "observed"),
    [
        ([session(closed=False)], "1 of 1 session never closed"),
        ([session(), session(2, closed=False)], "1 of 2 sessions never closed"),
    ],
)
def test_a_session_left_open(sessions: list[Session], observed: str) -> None:
    """An open session is a failure of all three expectations that look at sessions."""
    seen = Story(CASES).seen(sessions=sessions)
    words = (
        "A session was left open: did you forget to close it?",
        observed,
        "every ClientSession closed when the call is over",
        "What closes the session, also when something fails? `async with` does.",
    )
    assert told(failure_of(expect.sessions_closed, seen)) == words
    assert told(failure_of(expect.nothing_left, seen)) == words
    if len(sessions) == 1:
        assert told(failure_of(expect.one_session, seen)) == words


@pytest.mark.parametrize(
    ("sessions", "words"),
    [
        (
            [session(1, requests=1), session(2, requests=3)],
            (
                "The requests did not share one session.",
                "2 sessions for 4 requests",
                "one session for all of them",
                "Where is the session made: once, or for each request?",
            ),
        ),
        (
            [session(1, door="requests"), session(2, requests=0)],
            (
                "No request went through an aiohttp session.",
                "0 sessions for 4 requests",
                "one session for all of them",
                "Which library sends the requests?",
            ),
        ),
    ],
    ids=["two", "none"],
)
def test_not_one_session(sessions: list[Session], words: tuple[str, ...]) -> None:
    """Only sessions of aiohttp that were used count."""
    assert told(failure_of(expect.one_session, Story(CASES).seen(sessions=sessions))) == words


def test_sessions_of_requests() -> None:
    """Asked for sessions of requests, those of aiohttp don't count, and the words are those of requests."""
    shared = session(1, door="requests", line=8)
    other = session(2, closed=False)
    expect.one_session(Story(CASES).seen(sessions=[shared, other]), "requests")
    expect.sessions_closed(Story(CASES).seen(sessions=[shared, other]), "requests")

    many = [session(number, door="requests", requests=1, line=8) for number in range(1, 5)]
    failure = failure_of(expect.one_session, Story(CASES).seen(sessions=many), "requests")
    assert told(failure) == (
        "The requests did not share one session.",
        "4 sessions for 4 requests",
        "one session for all of them",
        "Where is the session made: once, or for each request? requests.post() makes one each time.",
    )
    assert failure.lines == [LineNote(8, "time.sleep(2)", "used 4 sessions")]
    failure = failure_of(expect.one_session, Story(CASES).seen(sessions=[other]), "requests")
    assert failure.verdict == "No request went through a session of requests."

    still_open = session(3, door="requests", closed=False, line=8)
    for expectation in (expect.one_session, expect.sessions_closed):
        failure = failure_of(expectation, Story(CASES).seen(sessions=[other, still_open]), "requests")
        assert told(failure) == (
            "A session was left open: did you forget to close it?",
            "1 of 1 session never closed",
            "every Session closed when the call is over",
            "What closes the session, also when something fails? `with` does.",
        )
        assert failure.lines == [LineNote(8, "time.sleep(2)", "used it first")]


def test_the_lines_that_made_sessions() -> None:
    """The line of the session that was left open is shown, and how many sessions a line has made."""
    seen = Story(CASES).seen(sessions=[session(1, line=8), session(2, line=8, closed=False), session(3, line=4)])
    assert failure_of(expect.sessions_closed, seen).lines == [LineNote(8, "time.sleep(2)", "made it")]
    assert failure_of(expect.one_session, seen).lines == [
        LineNote(8, "time.sleep(2)", "made 2 sessions"),
        LineNote(4, "for thread in threads:", "made 1 session"),
    ]


def test_cancelled_and_cleaned_up() -> None:
    """Cancelled at once, and waited for, is what was asked for."""
    story = Story(ONE_FAILS).begin(0).begin(1).begin(2).end(1, 1).cancel(0, 1).cancel(2, 1)
    seen = story.abandon(0, 1.5).abandon(2, 1.5).ends().seen(error=raised("JobError", story.payload(1)))
    expect.cancelled(seen, [0, 2], at=1, verdict="The other jobs were not cancelled.")


def test_time_before_the_call_does_not_count() -> None:
    """A file that sleeps while it is imported has its jobs cancelled just as soon."""
    story = Story(ONE_FAILS).begin(0, 7).begin(1, 7).begin(2, 7).end(1, 8).cancel(0, 8).cancel(2, 8)
    expect.cancelled(story.abandon(0, 8.5).abandon(2, 8.5).ends().seen(), [0, 2], at=1, verdict="They went on.")


def test_not_cancelled() -> None:
    """Jobs that went on are named; a cancellation that comes after the end doesn't count."""
    story = Story(ONE_FAILS).begin(0).begin(1).begin(2).end(1, 1).ends().cancel(0, 1).cancel(2, 1)
    failure = failure_of(expect.cancelled, story.seen(), [0, 2], at=1, verdict="The other jobs were not cancelled.")
    assert told(failure) == (
        "The other jobs were not cancelled.",
        "jobs 1 and 3 went on, and had seen no CancelledError when the call ended",
        "cancelled after 1 s",
        "Who cancels the jobs that are still running?",
    )
    failure = failure_of(expect.cancelled, story.seen(), [2], at=1, verdict="It went on.")
    assert failure.observed == "job 3 went on, and had seen no CancelledError when the call ended"


def test_cancelled_too_late() -> None:
    """A job that is cancelled at another time is named with both."""
    story = Story(ONE_FAILS).begin(0).begin(1).begin(2).end(1, 1).cancel(0, 1).cancel(2, 1.5).ends()
    assert told(failure_of(expect.cancelled, story.seen(), [0, 2], at=1, verdict="They went on.")) == (
        "The jobs were not all cancelled at once.",
        "job 3 was cancelled after 1.5 s",
        "after 1 s",
        "What happens between the failure and the cancelling of the others?",
    )


@pytest.mark.parametrize(("done", "jobs_are"), [([], "jobs 1 and 3 were"), ([0], "job 3 was")])
def test_clean_up_not_waited_for(done: list[int], jobs_are: str) -> None:
    """A call that ends while jobs clean up has left them behind."""
    story = Story(ONE_FAILS).begin(0).begin(1).begin(2).end(1, 1).cancel(0, 1).cancel(2, 1)
    for position in done:
        story.abandon(position, 1.5)
    story.ends().abandon(2, 1.5)
    failure = failure_of(expect.cancelled, story.seen(), [0, 2], at=1, verdict="They went on.")
    assert told(failure) == (
        "The call ended before the cancelled jobs had finished their clean-up.",
        f"{jobs_are} still cleaning up when the call ended",
        "the call ends when every job has finished its clean-up",
        "What awaits the jobs after they have been cancelled?",
    )


def test_made_up_notes_about_cancelling() -> None:
    """Notes that jobs never write don't count as cancellations, and a made-up time is a wrong time."""
    story = Story(ONE_FAILS).begin(0)
    key = story.cast.keys[0]
    story.witness.note(key, {"event": "else"})
    assert failure_of(expect.cancelled, story.seen(), [0], at=1, verdict="It went on.").verdict == "It went on."
    story.witness.note(key, {"event": "cancelled", "time": "soon"})
    failure = failure_of(expect.cancelled, story.seen(), [0], at=1, verdict="It went on.")
    assert failure.observed == "job 1 was cancelled after 0 s"


def test_a_judgement_of_a_suites_own() -> None:
    """A suite judges what no expectation does in two lines, and may leave out what it has nothing to say about."""

    def few_threads(seen: Seen) -> None:
        if len(seen.observation.left) > 1:
            expect.fail(seen, "It left too much behind.", observed="2 threads", expected="at most 1")

    few_threads(Story(JOBS).seen())
    left = [Left("thread", "Thread-1", "", 0)] * 2
    failure = failure_of(few_threads, Story(JOBS).seen(left=left, output="hello\n"))
    assert failure == FailureData(
        verdict="It left too much behind.",
        called="run_concurrently([3 jobs of 1 s])",
        observed="2 threads",
        expected="at most 1",
        output="hello\n",
    )
