"""Tests of what is said when there is nothing to judge: file, call or the whole program never came to an end."""

from __future__ import annotations

import signal

import pytest

from grader.lab import FailureData, Seen, answer, call, cases, job, jobs, play, refused, silent, socket_cases, tokens
from grader.lab.circumstances import require_an_end
from grader.lab.failure import LineNote
from grader.lab.observation import Observation, Place, Stop, Waiter
from grader.lab.seen import Ending
from grader.lab.wire import MISREAD
from grader.tests.lab.hand_made import Story, failure_of, raised, told

RUN = call("run_concurrently", jobs(2, seconds=2))
SECOND = 1_000_000_000


def one_token(student, url):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201 - as suites write it
    """Ask for a token."""
    return student.TokenSource(url).token()


def failure(seen: Seen) -> FailureData:
    """Return what is said about a run that can't be judged."""
    return failure_of(require_an_end, seen)


def test_a_call_that_came_to_an_end() -> None:
    """A call that returned, or raised an error of its own, is left to the expectations."""
    require_an_end(Story(RUN).seen())
    require_an_end(Story(RUN).seen(error=raised("ValueError", "boom", line=9)))


@pytest.mark.parametrize(
    ("ending", "verdict", "question"),
    [
        (
            Ending("exited", 3),
            "Your program ended Python itself, with exit status 3, before it had an answer.",
            "Is there an os._exit() somewhere? Return from the function instead.",
        ),
        (
            Ending("killed", signal.SIGSEGV),
            "Your program was ended by the signal SIGSEGV before it had an answer.",
            "Did it end itself, or crash an extension module?",
        ),
        (
            Ending("killed", signal.SIGKILL),
            "Your program was ended by the signal SIGKILL before it had an answer.",
            "Did it use up all memory, or end itself?",
        ),
        (
            Ending("killed", getattr(signal, "SIGXCPU", signal.SIGKILL)),
            "Your program was ended by the signal SIGXCPU before it had an answer.",
            "It computed without end. What should end the loop?",
        ),
        (
            Ending("killed", 222),
            "Your program was ended by the signal 222 before it had an answer.",
            "Did it end itself, or crash an extension module?",
        ),
        (
            Ending("time", why="10 s"),
            "Your program did not come to an end: it was stopped after 10 s of real time.",
            "Waiting costs no real time here. Is there a loop that never ends, or a call that blocks for ever?",
        ),
        (
            Ending("budget", why="30 s"),
            "This check was not run: earlier ones had used up the exercise's 30 s of real time.",
            "Waiting costs no real time here. Which loop never ends?",
        ),
        (
            Ending("lost"),
            "The processes that watch your program were ended while it ran.",
            "Does your program send signals to processes that are not its own?",
        ),
        (
            Ending("invalid", why="it is too long"),
            "Your program's answer could not be read: it is too long.",
            "Does your program write to files or sockets that it did not open?",
        ),
    ],
    ids=["exited", "crashed", "killed", "cpu", "unknown-signal", "time", "budget", "lost", "invalid"],
)
def test_a_process_that_ended_without_an_answer(ending: Ending, verdict: str, question: str) -> None:
    """Each way in which a process can end has a sentence and a question of its own."""
    found = failure(Story(RUN).seen(ending=ending, output="last words\n"))
    assert told(found) == (verdict, "", "", question)
    assert (found.kind, found.called, found.output) == ("event", "run_concurrently([2 jobs of 2 s])", "last words\n")


def test_a_process_that_ended_during_the_import() -> None:
    """While the file is imported nothing has been called yet, and the whole file is at fault."""
    found = failure(Story(RUN).seen(ending=Ending("exited", 0), loads=False))
    assert found.verdict == "Your program ended Python itself, with exit status 0, while its file was imported."
    assert (found.kind, found.called) == ("unloadable", "")


@pytest.mark.parametrize(
    ("error", "verdict", "question"),
    [
        (
            raised("SyntaxError", "invalid syntax. Perhaps you forgot a comma?", line=3),
            "The file is not valid Python in line 3: invalid syntax. Perhaps you forgot a comma?",
            "Does Python itself accept the file? Run it to see.",
        ),
        (
            raised("TabError", "inconsistent use of tabs", "IndentationError", "SyntaxError"),
            "The file is not valid Python: inconsistent use of tabs",
            "Does Python itself accept the file? Run it to see.",
        ),
        (
            raised("SystemExit", "1", line=9),
            "The file calls sys.exit() in line 9 while it is imported.",
            'Should the call go below `if __name__ == "__main__":`?',
        ),
        (
            raised("ModuleNotFoundError", "No module named 'numpy'", "ImportError", line=1),
            "The file can't be imported, because of line 1: No module named 'numpy'",
            "Only this one file is graded, with the standard library, requests, aiohttp and h11.",
        ),
        (
            raised("ValueError", "boom", line=9),
            "The file raises ValueError in line 9 while it is imported: boom",
            'Is there code outside of functions that should go below `if __name__ == "__main__":`?',
        ),
        (
            raised("ValueError"),
            "The file raises ValueError while it is imported.",
            'Is there code outside of functions that should go below `if __name__ == "__main__":`?',
        ),
        (
            None,
            "The file raises an error while it is imported.",
            'Is there code outside of functions that should go below `if __name__ == "__main__":`?',
        ),
    ],
    ids=["syntax", "tabs", "exit", "import", "error", "no-text", "nothing"],
)
def test_a_file_that_can_not_be_imported(error: object, verdict: str, question: str) -> None:
    """What is wrong with the whole file is said once, with its line and the source there."""
    found = failure(Story(RUN).seen(outcome="unloadable", error=error, loads=False))
    assert told(found) == (verdict, "", "", question)
    assert (found.kind, found.called) == ("unloadable", "")
    assert len(found.lines) == verdict.count("line")


def test_the_offending_source() -> None:
    """The line that can't be imported is shown, without a word beside it."""
    found = failure(Story(RUN).seen(outcome="unloadable", error=raised("SyntaxError", "boom", line=3)))
    assert found.lines == [LineNote(3, "def run_concurrently(jobs):", "")]


@pytest.mark.parametrize(
    ("wanted", "names", "words"),
    [
        (
            "run_concurrently",
            ["run_concurently", "helper"],
            (
                "The file has no function run_concurrently.",
                "it defines run_concurently and helper",
                "the names of the stub",
                "Is run_concurently meant to be run_concurrently?",
            ),
        ),
        (
            "Account",
            [],
            (
                "The file has no class Account.",
                "it defines no function and no class",
                "the names of the stub",
                "Has it been renamed or deleted?",
            ),
        ),
        (
            "run",
            [f"helper_{letter}" for letter in "abcdefghijkl"],
            (
                "The file has no function run.",
                "it defines " + ", ".join(f"helper_{letter}" for letter in "abcdefgh") + " and 4 more",
                "the names of the stub",
                "Has it been renamed or deleted?",
            ),
        ),
    ],
    ids=["near", "none", "many"],
)
def test_a_missing_function(wanted: str, names: list[str], words: tuple[str, ...]) -> None:
    """A missing name is told with those that are there, and the one that looks like it."""
    seen = Story(RUN).seen(outcome="missing", error=raised("MissingNameError", wanted), names=names)
    assert told(failure(seen)) == words


def test_a_runaway() -> None:
    """A loop without end is named by the line that was running."""
    found = failure(Story(RUN).seen(outcome="runaway", place=Place(8, "run")))
    assert told(found) == (
        "Your program computed without end, in line 8, and had to be stopped.",
        "",
        "",
        "Waiting costs no real time here, so this is a loop that never ends. What should end it?",
    )
    assert found.lines == [LineNote(8, "time.sleep(2)", "was running when it was stopped")]
    assert found.kind == "event"
    found = failure(Story(RUN).seen(outcome="runaway", loads=False))
    assert found.verdict == "Your program computed without end, in code outside your file, and had to be stopped."
    assert (found.kind, found.called, found.lines) == ("unloadable", "", [])


@pytest.mark.parametrize("line", [0, 9])
def test_a_stub(line: int) -> None:
    """A stub has not been started, and that is all there is to say."""
    story = Story(RUN)
    error = raised("NotImplementedError", "TODO 1: start a thread for each job", "RuntimeError", line=line)
    seen = story.seen(error=error)
    if line:
        seen.source[8:] = ['    raise NotImplementedError("TODO 1: start a thread for each job")']
    found = failure(seen)
    assert told(found) == ("Not started yet.", "TODO 1: start a thread for each job", "", "")
    assert found.kind == "not_started"


def test_what_a_platform_does_not_have_is_no_stub() -> None:
    """A library raises NotImplementedError, too; the line that called it doesn't make that a stub."""
    require_an_end(Story(RUN).seen(error=raised("NotImplementedError", "", "RuntimeError", line=8)))


def test_a_call_of_sys_exit() -> None:
    """A function that ends the program is told what it did, and where."""
    found = failure(Story(RUN).seen(error=raised("SystemExit", "1", line=9)))
    assert told(found) == (
        "Your program called sys.exit() in line 9, which ends a whole program.",
        "",
        "the function returns, or raises an error of its own kind",
        "Should this be a `return`?",
    )
    assert found.lines == [LineNote(9, "raise ValueError", "ended it")]
    assert found.kind == "event"
    assert failure(Story(RUN).seen(error=raised("SystemExit"))).verdict == (
        "Your program called sys.exit(), which ends a whole program."
    )


def test_requests_to_nowhere() -> None:
    """A request that no case asks for is shown."""
    found = failure(Story(RUN).seen(unserved=["GET http://api.test/orders/1", "GET http://other.test/"]))
    assert told(found) == (
        "A request went somewhere that no case asks for.",
        "GET http://api.test/orders/1",
        "a POST to the url of each case, and to nothing else",
        "Is the URL, or the method, the case's own?",
    )


def test_requests_that_are_none() -> None:
    """What a server could not understand is shown."""
    found = failure(Story(RUN).seen(unserved=[f"{MISREAD} http://api.test:1: illegal request line."]))
    assert told(found) == (
        "A server could not understand what was sent to it.",
        "No HTTP/1.1 request is what arrived at http://api.test:1: illegal request line.",
        "a request of HTTP/1.1, as h11 writes it",
        "Are the bytes that h11's send() returns all sent, once, in their order, and nothing else?",
    )


def test_a_request_for_a_token_to_nowhere() -> None:
    """Where a url alone was given, nothing is said of cases."""
    story = Story(play(one_token, tokens(answer(1)), words="token() "))
    assert told(failure(story.seen(unserved=["GET http://api.test/tokens/1"]))) == (
        "A request went somewhere else than to the url that was given.",
        "GET http://api.test/tokens/1",
        "a POST to the url that was given, and to nothing else",
        "Is it a POST, and to that very url?",
    )


def test_a_mock_api_that_says_it_failed() -> None:
    """What the running side says of its own faults is shown, and believed by nobody."""
    found = failure(Story(RUN).seen(faults=["KeyError: 'a'"]))
    assert (found.verdict, found.observed, found.kind) == (
        "The mock API says that it failed.",
        "KeyError: 'a'",
        "event",
    )


def waiter(  # noqa: PLR0913 - as many parts as a waiter has
    name: str, kind: str, detail: str = "", line: int = 0, *, call: str = "", holder: str | None = None
) -> Waiter:
    """Make one thread or task of a standstill."""
    place = Place(line, "run", call) if line else None
    return Waiter(name, kind, detail, place, holder, Place(7, "run") if holder else None, holder_done=False)


@pytest.mark.parametrize(
    ("waiting", "words"),
    [
        (waiter("Thread-1", "lock", line=7, holder="Thread-2"),
         "Thread-1 waits for a lock in line 7, held by Thread-2, taken in line 7"),
        (waiter("Thread-1", "lock", line=7, holder="Thread-1"),
         "Thread-1 waits for a lock in line 7, held by itself, taken in line 7"),
        (waiter("Thread-1", "lock", line=8, call="Queue.get"), "Thread-1 waits for Queue.get() in line 8"),
        (waiter("MainThread", "lock", line=8, call="result_iterator"), "MainThread waits for Executor.map() in line 8"),
        (waiter("Thread-1", "lock"), "Thread-1 waits for a lock"),
        (waiter("MainThread", "join", "Thread-1", 6), "MainThread waits for the end of Thread-1 in line 6"),
        (waiter("MainThread", "sleep", line=8), "MainThread waits for time to pass in line 8"),
        (waiter("MainThread", "select", line=8), "MainThread waits for a socket or an event in line 8"),
        (waiter("MainThread", "socket", "recv", 8), "MainThread waits for recv() on a socket in line 8"),
        (waiter("MainThread", "socket", "an answer from http://api.test/a", 8),
         "MainThread waits for an answer from http://api.test/a in line 8"),
        (waiter("MainThread", "pipe", line=8), "MainThread waits for a pipe in line 8"),
        (waiter("task run_all", "await", "gather", 8), "task run_all awaits gather in line 8"),
        (waiter("task run_all", "await"), "task run_all awaits something"),
        (waiter("Thread-1", "start"), "Thread-1 waits for its turn"),
        (waiter("Thread-1", "odd", line=8), "Thread-1 waits in line 8"),
    ],
)  # fmt: skip
def test_who_waits_for_what(waiting: Waiter, words: str) -> None:
    """Every kind of waiting is told with its line, and a lock with its holder."""
    found = failure(Story(RUN).seen(outcome="stopped", stop=Stop("deadlock", 2 * SECOND, [waiting])))
    assert found.verdict == "Your program waits for ever: nothing can run, and nothing will happen any more."
    assert found.observed == f"after 2 s of simulated time; {words}"
    assert found.kind == "event"


def test_the_holder_of_a_lock_that_has_ended() -> None:
    """A lock that nobody can release any more is told as such."""
    stuck = Waiter("Thread-1", "lock", "", None, "Thread-2", None, holder_done=True)
    found = failure(Story(RUN).seen(outcome="stopped", stop=Stop("deadlock", 0, [stuck])))
    assert found.observed == (
        "after 0 s of simulated time; Thread-1 waits for a lock, held by Thread-2, which has ended"
    )


@pytest.mark.parametrize(
    ("story", "waiters", "question"),
    [
        (
            Story(RUN),
            [waiter("Thread-1", "lock", line=7, holder="Thread-2")],
            "Are the locks always taken in the same order, and released by whoever took them?",
        ),
        (
            Story(call("send_all", cases(2, silent()))).begin(2),
            [waiter("Thread-1", "lock", line=7, holder="Thread-2"), waiter("Thread-2", "socket", line=8)],
            "Does every request have a timeout?",
        ),
        (
            Story(call("send_all", cases(silent()))).begin(0),
            [waiter("MainThread", "sleep")],
            "Does every request have a timeout?",
        ),
        (
            Story(call("send_all", cases(silent()))).begin(0, 0).abandon(0, 5),
            [waiter("MainThread", "lock")],
            "Who should wake it up, and why has that not happened?",
        ),
        (
            Story(RUN),
            [waiter("MainThread", "select", line=8)],
            "Who should send something to the sockets that are waited for, and what ends the wait if nobody does?",
        ),
        (
            Story(call("send_all", socket_cases(2))),
            [waiter("MainThread", "select", line=8)],
            "No request has been sent yet: who waits for an answer before anything was asked?",
        ),
        (
            Story(call("send_all", socket_cases(refused(), silent()))).begin(0).abandon(0, 0),
            [waiter("MainThread", "socket", line=8)],
            "No request has been sent yet: who waits for an answer before anything was asked?",
        ),
        (
            Story(call("send_all", socket_cases(2))).begin(1),
            [waiter("MainThread", "select", line=8)],
            "Who should send something to the sockets that are waited for, and what ends the wait if nobody does?",
        ),
        (
            Story(RUN),
            [waiter("MainThread", "join", "Thread-1", 6), waiter("Thread-1", "lock", line=8, call="Queue.get")],
            "Who should wake it up, and why has that not happened?",
        ),
    ],
    ids=[
        "locks",
        "silence-behind-a-lock",
        "silence",
        "no-more-silence",
        "sockets",
        "nothing-sent",
        "only-refused",
        "one-sent",
        "queue",
    ],
)
def test_the_question_of_a_standstill(story: Story, waiters: list[Waiter], question: str) -> None:
    """The question fits what is waited for."""
    found = failure(story.seen(outcome="stopped", stop=Stop("deadlock", SECOND, waiters)))
    assert found.question == question


def test_the_lines_and_lanes_of_a_standstill() -> None:
    """Each line that waits is shown once, and jobs that never ended are drawn as stuck."""
    waiters = [
        waiter("MainThread", "join", "Thread-1", 6),
        waiter("Thread-1", "lock", line=7),
        waiter("Thread-2", "lock", line=7),
    ]
    story = Story(RUN).begin(0).begin(1)
    found = failure(story.seen(outcome="stopped", stop=Stop("deadlock", SECOND, waiters)))
    assert found.lines == [
        LineNote(6, "thread.join()", "MainThread waits here for ever"),
        LineNote(7, "with lock:", "Thread-1 waits here for ever"),
    ]
    assert [lane.segments[0].kind for lane in found.timeline] == ["stuck", "stuck"]


def test_many_that_wait() -> None:
    """Of fifty threads that wait some are told, and how many others there are."""
    waiters = [waiter(f"Thread-{number}", "lock", line=number) for number in range(1, 51)]
    found = failure(Story(RUN).seen(outcome="stopped", stop=Stop("deadlock", SECOND, waiters)))
    assert found.observed.endswith("Thread-8 waits for a lock in line 8; and 42 more")
    assert len(found.lines) == 4


def test_the_thread_of_an_event_loop() -> None:
    """Where tasks wait, the thread that waits for them is not worth a word, but others are."""
    waiters = [
        waiter("MainThread", "select", line=4),
        waiter("Thread-1", "lock", line=7),
        waiter("task run_all", "await", "Event.wait", 8),
    ]
    found = failure(Story(RUN).seen(outcome="stopped", stop=Stop("deadlock", SECOND, waiters)))
    assert found.observed == (
        "after 1 s of simulated time; Thread-1 waits for a lock in line 7; task run_all awaits Event.wait in line 8"
    )
    assert [note.line for note in found.lines] == [7, 8]


def test_idle_threads_of_a_pool() -> None:
    """Threads that wait for work, in no line of the submission, are not worth a word where others wait in one."""
    waiters = [waiter("MainThread", "lock", line=4, call="result_iterator"), waiter("ThreadPoolExecutor-0_0", "lock")]
    found = failure(Story(RUN).seen(outcome="stopped", stop=Stop("deadlock", SECOND, waiters)))
    assert found.observed == "after 1 s of simulated time; MainThread waits for Executor.map() in line 4"


def test_an_endless_wait() -> None:
    """A loop of sleeps that never ends is no deadlock."""
    stop = Stop("endless", 3600 * SECOND, [waiter("MainThread", "sleep", line=8)])
    found = failure(Story(call("run", jobs(job(1)))).seen(outcome="stopped", stop=stop))
    assert told(found) == (
        "Your program never ends: it was still waiting after 3600 s of simulated time.",
        "after 3600 s of simulated time; MainThread waits for time to pass in line 8",
        "",
        "What should end the loop that waits again and again?",
    )


def test_a_standstill_during_the_import() -> None:
    """A file that waits for ever while it is imported is a fault of the whole file."""
    found = failure(Story(RUN).seen(outcome="stopped", stop=Stop("deadlock", 0, []), loads=False))
    assert (found.kind, found.called, found.observed) == ("unloadable", "", "after 0 s of simulated time")


def test_forged_outcomes_without_their_details() -> None:
    """An outcome that lacks what belongs to it is told all the same."""
    assert failure(Story(RUN).seen(outcome="stopped")).observed == ""
    assert failure(Story(RUN).seen(outcome="missing")).verdict == "The file has no function run_concurrently."
    assert Observation("stopped").stop is None
