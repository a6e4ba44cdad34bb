"""Tests of the expectations about time, overlap and order."""

from __future__ import annotations

import pytest

from grader.lab import Scenario, answer, async_jobs, call, cases, expect, job, jobs, silent
from grader.lab.failure import LineNote, Segment
from grader.lab.seen import Measures
from grader.tests.lab.hand_made import Story, failure_of, raised, told

FIVE = call("run_concurrently", jobs(5, seconds=2))
ONE = call("run_concurrently", jobs(1, seconds=2))
THREE = call("run_concurrently", jobs(job(2), job(4), job(1)))
FOUR_CASES = call("send_all", cases(4, seconds=1))
SILENCE = call("send_all", cases(answer(1), silent()))
TOGETHER = [(0.0, 2.0)] * 5
IN_TURN = [(0.0, 2.0), (2.0, 4.0), (4.0, 6.0), (6.0, 8.0), (8.0, 10.0)]


def test_overlapping_jobs_are_as_expected() -> None:
    """Five jobs at once in the time of one are what was asked for."""
    seen = Story(FIVE).runs(*TOGETHER).ends().seen(seconds=2)
    expect.overlap(seen, at_once=5, seconds=2)
    expect.makespan(seen, 2)
    expect.at_most(seen, 5)
    expect.at_work(seen)
    expect.all_done(seen)
    expect.once_each(seen)
    expect.own_threads(seen)
    expect.loop_never_blocked(seen)


def test_jobs_one_after_another() -> None:
    """Jobs in turn are told with the time, the lines that waited, and a lane for each job."""
    story = Story(FIVE).runs(*IN_TURN).ends()
    for number in range(5):
        story.waits(6, 2 * number, 2 * number + 2, wait="join")
    failure = failure_of(expect.overlap, story.seen(seconds=10, reference=Measures(2.0, 5)), at_once=5, seconds=2)
    assert told(failure) == (
        "The jobs ran one after another.",
        "took 10 s; at most 1 job was in progress at once",
        "2 s, as the reference takes; 5 at once",
        "Do you wait for each job before you start the next?",
    )
    assert failure.called == "run_concurrently([5 jobs of 2 s])"
    assert failure.lines == [LineNote(6, "thread.join()", "waited 2 s, five times")]
    assert [lane.name for lane in failure.timeline] == ["job 1", "job 2", "job 3", "job 4", "job 5"]
    assert failure.timeline[4].segments == [Segment(8.0, 10.0, "job")]


def test_requests_one_after_another() -> None:
    """Of requests, the same is said in their words, and no reference is claimed where there is none."""
    seen = Story(FOUR_CASES).runs((0, 1), (1, 2), (2, 3), (3, 4)).ends().seen(seconds=4)
    assert told(failure_of(expect.overlap, seen, at_once=4, seconds=1)) == (
        "The requests were sent one after another.",
        "took 4 s; at most 1 request was in progress at once",
        "1 s; 4 at once",
        "Do you wait for each request before you start the next?",
    )


def test_too_few_at_once() -> None:
    """A pool that is too small is told with how many there were."""
    seen = Story(FIVE).runs((0, 2), (0, 2), (0, 2), (2, 4), (2, 4)).ends().seen(seconds=4)
    assert told(failure_of(expect.overlap, seen, at_once=5, seconds=2)) == (
        "Only 3 jobs were in progress at once.",
        "took 4 s; at most 3 jobs were in progress at once",
        "2 s; 5 at once",
        "What limits how many jobs can run at the same time?",
    )


def test_time_lost_beside_the_jobs() -> None:
    """All at once and yet too long: something else takes the time."""
    seen = Story(FIVE).runs(*TOGETHER).waits(8, 2, 4, wait="sleep").ends().seen(seconds=4)
    failure = failure_of(expect.overlap, seen, at_once=5, seconds=2)
    assert told(failure) == (
        "The call took longer than it has to.",
        "took 4 s; at most 5 jobs were in progress at once",
        "2 s; 5 at once",
        "What does the call wait for, apart from the jobs?",
    )
    assert failure.lines == [LineNote(8, "time.sleep(2)", "waited 2 s")]


def test_places_left_empty() -> None:
    """As many as allowed, but not all the time: batches."""
    story = Story(call("send_all", cases(answer(4), *[answer(1)] * 4), max_workers=2))
    seen = story.runs((0, 4), (0, 1), (4, 5), (4, 5), (5, 6)).ends().seen(seconds=6)
    assert told(failure_of(expect.overlap, seen, at_once=2, seconds=4)) == (
        "There were not always as many requests in progress as there could be.",
        "took 6 s; at most 2 requests were in progress at once",
        "4 s; 2 at once",
        "When one request ends, does the next begin at once?",
    )


def test_returned_before_the_jobs_were_done() -> None:
    """A call that is over sooner than its jobs didn't wait for them."""
    seen = Story(FIVE).runs(*TOGETHER).seen(seconds=0)
    assert told(failure_of(expect.overlap, seen, at_once=5, seconds=2)) == (
        "The call returned before the jobs were done.",
        "took 0 s; at most 5 jobs were in progress at once",
        "2 s; 5 at once",
        "What waits for the last one to finish?",
    )


@pytest.mark.parametrize(
    ("scenario", "words"),
    [
        (
            FIVE,
            (
                "More jobs were in progress than the limit allows.",
                "5 jobs were in progress at the same time",
                "never more than 3",
                "What keeps the next one waiting until another has ended?",
            ),
        ),
        (
            call("send_all", cases(5)),
            (
                "More requests were in flight than the limit allows.",
                "5 requests were in flight at the same time",
                "never more than 3",
                "What keeps the next one waiting until another has ended?",
            ),
        ),
    ],
    ids=["jobs", "requests"],
)
def test_more_than_allowed(scenario: Scenario, words: tuple[str, ...]) -> None:
    """Too many at once are told by both expectations that know a limit."""
    seen = Story(scenario).runs(*TOGETHER).ends().seen(seconds=2)
    assert told(failure_of(expect.at_most, seen, 3)) == words
    assert told(failure_of(expect.overlap, seen, at_once=3, seconds=2)) == words


@pytest.mark.parametrize(
    ("scenario", "words"),
    [
        (FIVE, ("The jobs were never run.", "5 jobs")),
        (ONE, ("The job was never run.", "1 job")),
        (FOUR_CASES, ("No request was sent.", "4 requests")),
    ],
    ids=["jobs", "one", "requests"],
)
def test_nothing_done(scenario: Scenario, words: tuple[str, str]) -> None:
    """Whoever does nothing, or sleeps the expected time, is told so; nothing to do is no failure."""
    seen = Story(scenario).ends().seen(seconds=2)
    failure = failure_of(expect.at_work, seen)
    assert told(failure) == (
        words[0], "took 2 s, with nothing in progress", words[1], "Where is each one begun?"
    )  # fmt: skip
    assert failure_of(expect.at_most, seen, 3) == failure_of(expect.overlap, seen, at_once=1, seconds=2) == failure
    expect.at_work(Story(call("run_concurrently", jobs())).ends().seen())


def test_an_error_comes_before_the_overlap() -> None:
    """A call that raised isn't asked for its overlap."""
    seen = Story(FIVE).runs(*IN_TURN).seen(error=raised("ValueError", "boom", line=9))
    assert failure_of(expect.overlap, seen, at_once=5, seconds=2).verdict == "It raised ValueError: boom"
    assert failure_of(expect.own_threads, seen).verdict == "It raised ValueError: boom"


@pytest.mark.parametrize(
    ("seconds", "verdict"), [(3.5, "The call took too long."), (1.0, "The call returned too early.")]
)
def test_another_makespan(seconds: float, verdict: str) -> None:
    """Time is exact, so both too much and too little are told, with the lines that waited."""
    seen = Story(FIVE).runs(*TOGETHER).waits(8, 0, 1.25).seen(seconds=seconds, reference=Measures(2.0, 5))
    failure = failure_of(expect.makespan, seen, 2, "Why?")
    assert told(failure) == (verdict, f"took {seconds:g} s", "2 s, as the reference takes", "Why?")
    assert failure.lines == [LineNote(8, "time.sleep(2)", "waited 1.25 s")]
    assert failure.timeline


def test_the_rounding_of_binary_fractions_is_no_difference() -> None:
    """A tenth, three times, is 0.3 s."""
    expect.makespan(Story(FIVE).seen(seconds=0.1 + 0.1 + 0.1), 0.3)


def test_a_silent_server_given_up_in_time() -> None:
    """Given up after as long as was asked for, and not before."""
    story = Story(SILENCE).begin(0).begin(1, 0.5).end(0, 1).abandon(1, 5.5).ends()
    expect.given_up(story.seen(seconds=5.5), 1, after=5)


@pytest.mark.parametrize("when", [4.9, 5.0, 5.1])
def test_a_silent_server_given_up_nearly_in_time(when: float) -> None:
    """A suite may allow for programs that look at the clock now and then."""
    seen = Story(SILENCE).begin(0).begin(1).end(0, 1).abandon(1, when).ends().seen(seconds=when)
    expect.given_up(seen, 1, after=5, slack=0.1)
    if when != 5:
        failure_of(expect.given_up, seen, 1, after=5, slack=0.09)


@pytest.mark.parametrize(
    ("when", "after", "words"),
    [
        (7.5, 5, ("The silent server was waited for longer than 5 seconds.", "given up after 7.5 s", "after 5 s")),
        (3.0, 5, ("The silent server was not waited for 5 seconds.", "given up after 3 s", "after 5 s")),
        (3.0, 1, ("The silent server was waited for longer than 1 second.", "given up after 3 s", "after 1 s")),
    ],
    ids=["longer", "shorter", "one-second"],
)
def test_a_silent_server_given_up_at_another_time(when: float, after: float, words: tuple[str, ...]) -> None:
    """Too early and too late are told apart."""
    seen = Story(SILENCE).begin(0).begin(1).waits(8, 0, when).end(0, 1).abandon(1, when).ends().seen(seconds=when)
    failure = failure_of(expect.given_up, seen, 1, after=after)
    assert told(failure) == (*words, "Which timeout does each request have?")
    assert failure.lines == [LineNote(8, "time.sleep(2)", f"waited {when:g} s")]


def test_a_silent_server_that_answers_is_no_timeout() -> None:
    """Whoever claims an answer of a server that gives none has not waited."""
    seen = Story(SILENCE).begin(0).begin(1).end(0, 1).end(1, 5).ends().seen(seconds=5)
    assert failure_of(expect.given_up, seen, 1, after=5).observed == "given up after 0 s"


@pytest.mark.parametrize(
    ("scenario", "ended", "words"),
    [
        (
            THREE,
            {0: 2.0},
            (
                "The call ended before every job was done.",
                "jobs 2 and 3 were still running when it ended, after 2 s",
                "it ends when all 3 jobs have ended",
                "What waits for the last one to finish?",
            ),
        ),
        (
            THREE,
            {0: 2.0, 2: 1.0},
            (
                "The call ended before every job was done.",
                "job 2 was still running when it ended, after 2 s",
                "it ends when all 3 jobs have ended",
                "What waits for the last one to finish?",
            ),
        ),
        (
            ONE,
            {},
            (
                "The call ended before the job was done.",
                "job 1 was still running when it ended, after 2 s",
                "it ends when the job has ended",
                "What waits for the last one to finish?",
            ),
        ),
    ],
    ids=["two", "one-of-three", "alone"],
)
def test_still_running(scenario: Scenario, ended: dict[int, float], words: tuple[str, ...]) -> None:
    """What had begun and not ended when the call did is named; an end that comes later doesn't count."""
    story = Story(scenario)
    for position in range(len(story.cast.keys)):
        story.begin(position)
    for position, at in ended.items():
        story.end(position, at)
    story.ends()
    story.end(next(position for position in range(len(story.cast.keys)) if position not in ended), 9)
    failure = failure_of(expect.all_done, story.seen(seconds=2))
    assert told(failure) == words
    assert failure.timeline


@pytest.mark.parametrize(
    ("scenario", "begun", "words"),
    [
        (
            THREE,
            [0],
            (
                "Not every job was started.",
                "jobs 2 and 3 never began",
                "each of the 3 jobs runs, whatever happens to the others",
                "What skips the rest?",
            ),
        ),
        (
            THREE,
            [0, 2],
            (
                "Not every job was started.",
                "job 2 never began",
                "each of the 3 jobs runs, whatever happens to the others",
                "What skips it?",
            ),
        ),
        (ONE, [], ("The job was not started.", "job 1 never began", "the job runs", "What skips it?")),
    ],
    ids=["two", "one-of-three", "alone"],
)
def test_never_begun(scenario: Scenario, begun: list[int], words: tuple[str, ...]) -> None:
    """What never began before the call ended is named."""
    story = Story(scenario)
    for position in begun:
        story.begin(position).end(position, 1)
    assert told(failure_of(expect.all_done, story.ends().seen(seconds=2))) == words


def test_started_twice() -> None:
    """A job that is called a second time is named, and counted by its begins."""
    story = Story(ONE).begin(0).end(0, 2).begin(0, 2).end(0, 4).ends()
    assert told(failure_of(expect.once_each, story.seen(seconds=4))) == (
        "Job 1 was started more than once.",
        "it began twice",
        "once each",
        "Is it called in two places, or in a loop that goes on?",
    )


def test_started_again_and_again() -> None:
    """Three begins are three times."""
    story = Story(THREE).runs((0, 2), (0, 4), (0, 1)).begin(1, 5).begin(1, 6).ends()
    failure = failure_of(expect.once_each, story.seen(seconds=7))
    assert (failure.verdict, failure.observed) == ("Job 2 was started more than once.", "it began three times")


def test_once_each_means_each() -> None:
    """A job that was left out wasn't run once, either."""
    assert failure_of(expect.once_each, Story(ONE).ends().seen()).verdict == "The job was not started."


def test_jobs_in_the_callers_thread() -> None:
    """A job in the caller's thread is told with the line that took the time."""
    story = Story(FIVE).runs(*IN_TURN, thread=0).waits(5, 0, 10).ends()
    failure = failure_of(expect.own_threads, story.seen(seconds=10))
    assert told(failure) == (
        "A job ran in the caller's own thread.",
        "5 jobs of 5 ran in the thread that called",
        "each job in a thread of its own",
        "Is the job handed to the thread, or called before the thread starts?",
    )
    assert failure.lines == [LineNote(5, "thread.start()", "waited 10 s")]


def test_one_job_in_the_callers_thread() -> None:
    """One is counted as one."""
    story = Story(THREE).begin(0, thread=0).begin(1, thread=1).begin(2, thread=2).ends()
    assert failure_of(expect.own_threads, story.seen()).observed == "1 job of 3 ran in the thread that called"


@pytest.mark.parametrize(("threads", "words"), [([1, 1, 1], "1 thread"), ([1, 2, 1], "2 threads")])
def test_jobs_that_share_a_thread(threads: list[int], words: str) -> None:
    """Fewer threads than jobs are told with both numbers."""
    story = Story(THREE)
    for position, thread in enumerate(threads):
        story.begin(position, thread=thread)
    assert told(failure_of(expect.own_threads, story.ends().seen())) == (
        "Jobs had to share a thread.",
        f"3 jobs ran in {words}",
        "each job in a thread of its own",
        "How many threads are there for these jobs?",
    )


def test_one_thread_for_all() -> None:
    """Tasks of one event loop run in the caller's thread, and others are counted."""
    scenario = call("run_all", async_jobs(3))
    expect.one_thread(Story(scenario).runs((0, 1), (0, 1), (0, 1), thread=0).seen())
    story = Story(scenario).begin(0, thread=0).begin(1, thread=4).begin(2, thread=5)
    assert told(failure_of(expect.one_thread, story.seen())) == (
        "The jobs ran in threads of their own.",
        "2 of 3 jobs ran in other threads than the caller's",
        "all in the one thread of the caller",
        "Who starts a thread, or another event loop?",
    )


def test_requests_of_other_threads() -> None:
    """Requests are sent, and don't run."""
    failure = failure_of(expect.one_thread, Story(SILENCE).runs((0, 1), (1, 2), thread=3).seen())
    assert (failure.verdict, failure.observed) == (
        "The requests were sent in threads of their own.",
        "2 of 2 requests were sent in other threads than the caller's",
    )


@pytest.mark.parametrize(("scenario", "number"), [(THREE, 3), (SILENCE, 2)], ids=["jobs", "requests"])
def test_one_by_one(scenario: Scenario, number: int) -> None:
    """One after another in the caller's thread is what was asked for, whatever became of each."""
    story = Story(scenario)
    for position in range(number - 1):
        story.begin(position, position).end(position, position + 1)
    expect.one_by_one(story.begin(number - 1, 7).abandon(number - 1, 8).seen())


@pytest.mark.parametrize(
    ("scenario", "words"),
    [
        (THREE, ("The jobs were in progress at the same time.", "2 jobs were in progress at once")),
        (SILENCE, ("The requests were in flight at the same time.", "2 requests were in flight at once")),
    ],
    ids=["jobs", "requests"],
)
def test_not_one_by_one(scenario: Scenario, words: tuple[str, str]) -> None:
    """Two that overlap are too many."""
    failure = failure_of(expect.one_by_one, Story(scenario).begin(0).begin(1).end(0, 1).end(1, 1).seen())
    assert (failure.verdict, failure.observed) == words
    assert failure.expected == "one at a time: each ends before the next begins"
    assert failure.timeline


def test_one_by_one_in_another_order() -> None:
    """The first two that changed places are named; that others are missing is no matter of order."""
    story = Story(THREE).begin(0).end(0, 1).begin(2, 1).end(2, 2)
    expect.one_by_one(story.seen())
    assert told(failure_of(expect.one_by_one, story.begin(1, 2).end(1, 3).seen())) == (
        "The jobs ran in another order than their own.",
        "job 3 began before job 2",
        "job 1 first, then job 2, and so on",
        "From which end is the list worked through?",
    )


def test_one_by_one_in_other_threads() -> None:
    """In order and one at a time isn't enough if somebody else does it; and nothing done is nothing done."""
    failure = failure_of(expect.one_by_one, Story(THREE).runs((0, 1), (1, 2), (2, 3)).seen())
    assert failure.verdict == "The jobs ran in threads of their own."
    assert failure_of(expect.one_by_one, Story(THREE).seen()).verdict == "The jobs were never run."


def test_busy_waiting() -> None:
    """A program that looks again and again is told what to do instead; what the library does is its own matter."""
    story = Story(THREE).waits(8, 0, 2, wait="socket")
    expect.never_busy(story.seen(), expected="it waits", question="Which call waits?")
    story.waits(4, 2, 3.5, kind="spin").waits(6, 4, 4.5, kind="spin")
    failure = failure_of(expect.never_busy, story.seen(), expected="it waits", question="Which call waits?")
    assert told(failure) == (
        "It looked again and again instead of waiting.",
        "it was busy looking for 2 s",
        "it waits",
        "Which call waits?",
    )
    assert failure.lines == [LineNote(4, "for thread in threads:", "looks without waiting")]


def test_a_blocked_loop() -> None:
    """The longest stand of the event loop is told with its line, and how often there were others."""
    story = Story(call("run_all", async_jobs(2)))
    story.waits(8, 0, 2, wait="sleep", blocks_loop=True, call="sleep")
    seen = story.seen()
    failure = failure_of(expect.loop_never_blocked, seen)
    assert told(failure) == (
        "The event loop stood still: no other task could run.",
        "sleep stopped everything for 2 s",
        "only `await` waits",
        "Which call here waits without `await`?",
    )
    assert failure.lines == [LineNote(8, "time.sleep(2)", "blocked the loop for 2 s")]
    story.waits(6, 2, 2.5, wait="join", blocks_loop=True)
    assert failure_of(expect.loop_never_blocked, seen).observed == (
        "sleep stopped everything for 2 s; twice, 2.5 s in all"
    )


@pytest.mark.parametrize(
    ("wait", "words"),
    [
        ("lock", "waiting for a lock"),
        ("join", "waiting for a thread"),
        ("socket", "a blocking socket"),
        ("sleep", "a sleep"),
        ("else", "a call"),
    ],
)
def test_a_loop_blocked_by_an_unnamed_call(wait: str, words: str) -> None:
    """Where the call has no name, what it waited for is said instead; of no known line, no line is shown."""
    seen = Story(FIVE).waits(99, 0, 1, wait=wait, blocks_loop=True).seen()
    failure = failure_of(expect.loop_never_blocked, seen)
    assert failure.observed == f"{words} stopped everything for 1 s"
    assert failure.lines == []


def test_waits_that_block_nothing() -> None:
    """Waiting outside of a loop, or for no time, blocks no loop."""
    story = Story(FIVE).waits(8, 0, 2, wait="sleep").waits(8, 2, 2, wait="sleep", blocks_loop=True)
    expect.loop_never_blocked(story.seen())


@pytest.mark.parametrize("nonsense", ["later", None, [], {}, -5, 10**30, True, 2.5])
def test_made_up_times_and_threads_are_judged_all_the_same(nonsense: object) -> None:
    """What the running side says of itself may be anything, and gets a verdict, never an error."""
    story = Story(SILENCE).begin(0, thread=nonsense, time=nonsense).begin(1, thread=nonsense, time=nonsense)
    story.witness.abandon(story.cast.keys[1], {"time": nonsense})
    story.end(0, 1).ends()
    story.waits(8, 0, 1, blocks_loop=True)
    for event in story.events:
        event.data["began"] = nonsense  # type: ignore[assignment]  # as nobody honest would
    seen = story.seen(seconds=5)
    assert failure_of(expect.given_up, seen, 1, after=5).verdict.startswith("The silent server")
    failure_of(expect.one_thread, seen)
    failure_of(expect.overlap, seen, at_once=2, seconds=1)
    failure_of(expect.loop_never_blocked, seen)
