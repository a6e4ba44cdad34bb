"""Tests of performing a scenario with a submission: what comes back, whatever the submission does."""

from __future__ import annotations

import asyncio
import builtins
import gc
import os
import signal
import sys
import threading
import time
import warnings
from dataclasses import replace
from textwrap import dedent
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from grader.lab import (
    Scenario,
    answer,
    async_jobs,
    broken,
    call,
    call_async,
    cases,
    job,
    jobs,
    play,
    refused,
    silent,
    socket_cases,
)
from grader.lab.loading import unloaded_afterwards
from grader.lab.observation import Left, Observation, Place, Session
from grader.lab.stage import perform
from grader.lab.witness import Witness
from grader.tests.lab.test_scenario import seeded

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from grader.lab.scenario import Cast

MODULE = "exercises.concurrency.fundamentals"
TWO = call("run", jobs(2, seconds=2))
SECOND = 1_000_000_000


class Performed:
    """What came of performing a scenario: the cast, the witness's record, and the observation as it travels."""

    def __init__(self, made: Cast, witness: Witness, observation: Observation) -> None:
        self.payloads = list(made.payloads.values())
        self.keys = made.keys
        self.witness = witness
        self.observation = msgspec.json.decode(msgspec.json.encode(observation), type=Observation)

    @property
    def text(self) -> str:
        """The error's text."""
        return self.observation.error.text if self.observation.error is not None else ""


@pytest.fixture
def performing(tmp_path: Path) -> Callable[[str, Scenario], Performed]:
    """Return a function that performs a scenario with a submission of this source."""

    def performed(source: str, scenario: Scenario = TWO) -> Performed:
        file = tmp_path / "concurrency" / "fundamentals.py"
        file.parent.mkdir(exist_ok=True)
        file.write_text(dedent(source), encoding="utf-8")
        if "async def run(" in source and scenario.function:
            scenario = replace(scenario, awaited=True)
        made = seeded(scenario, 1)
        witness = Witness(made.payloads)
        with unloaded_afterwards(MODULE):
            observation = perform(made.request, MODULE, file, witness)
        return Performed(made, witness, observation)

    return performed


Performing = Any
"""Of the fixture: a function of source and scenario."""


def test_a_call_that_returns(performing: Performing) -> None:
    """The value, the time of the call, the events and the record of the witness come back; nothing is left."""
    done = performing("""
        import threading

        def run(jobs):
            results = [None] * len(jobs)
            def work(index):
                results[index] = jobs[index]()
            threads = [threading.Thread(target=work, args=(index,)) for index in range(len(jobs))]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            return results
    """)
    found = done.observation
    assert (found.outcome, found.value, found.error, found.stop) == ("returned", done.payloads, None, None)
    assert (found.elapsed, found.dropped, found.left, found.sessions) == (2 * SECOND, 0, [], [])
    assert done.witness.peak == 2
    assert [entry.kind for entry in done.witness.entries] == ["begin", "begin", "end", "end", "note"]
    assert [entry.details["thread"] for entry in done.witness.entries[:2]] == [1, 2]
    ended = [event for event in found.events if event.kind == "job"]
    assert [(event.data["key"], event.data["began"], event.time) for event in ended] == [
        (key, 0, 2 * SECOND) for key in done.keys
    ]
    joins = [event for event in found.events if event.kind == "wait" and event.data["wait"] == "join"]
    assert joins[0].place == Place(12, "run", "Thread.join")


def test_arguments_of_every_kind(performing: Performing) -> None:
    """Plain values, jobs and cases arrive as they were written, by position and by keyword."""
    scenario = call("run", 1, "two", jobs(1), also=cases(1), last=[3])
    done = performing(
        """
        def run(number, text, jobs, *, also, last):
            case = also[0]
            return [number, text, callable(jobs[0]), type(case).__name__, case.url, case.payload, last]
        """,
        scenario,
    )
    case = seeded(scenario, 1).sent[done.keys[1]]
    assert done.observation.value == [1, "two", True, "ApiCase", case["url"], case["payload"], [3]]


def test_what_is_not_plain_stays_behind(performing: Performing) -> None:
    """Of an object only the name of its class comes back, and None is a value, too."""
    done = performing("def run(jobs):\n    return [object(), jobs[0], run]")
    assert [item["type"] for item in done.observation.value] == ["object", "Job", "function"]
    assert performing("def run(jobs): pass").observation.value is None


def test_a_call_that_raises(performing: Performing) -> None:
    """The error comes back with its text and the line of the submission, and the time until then."""
    done = performing("""
        import time

        def run(jobs):
            time.sleep(3)
            raise KeyError("lost")
    """)
    found = done.observation
    assert (found.outcome, found.value, found.elapsed) == ("raised", None, 3 * SECOND)
    assert found.error is not None
    assert (found.error.kind, found.error.text, found.error.place) == ("KeyError", "'lost'", Place(6, "run"))
    assert done.witness.entries[-1].details == {"event": "raised", "time": 3 * SECOND}


@pytest.mark.parametrize("kind", ["SystemExit", "KeyboardInterrupt", "GeneratorExit", "Own"])
@pytest.mark.parametrize(
    "body",
    [
        "def run(jobs):\n    raise {kind}('it')",
        "async def run(jobs):\n    raise {kind}('it')",
        "import asyncio\nasync def run(jobs): await asyncio.create_task(go())\nasync def go(): raise {kind}('it')",
    ],
    ids=["function", "coroutine", "task"],
)
def test_errors_that_end_other_programs(performing: Performing, kind: str, body: str) -> None:
    """Whatever a submission raises is its result; none of it interrupts the grader."""
    done = performing(f"class Own(BaseException): pass\n\n{body.format(kind=kind)}")
    assert (done.observation.outcome, done.observation.error.kind, done.text) == ("raised", kind, "it")


def test_the_same_errors_in_a_thread(performing: Performing, capsys: pytest.CaptureFixture[str]) -> None:
    """In a thread of the submission's own they end that thread, and are printed as Python does it."""
    done = performing("""
        import threading

        class Own(BaseException):
            pass

        def run(jobs):
            for kind in (KeyboardInterrupt, Own, SystemExit):
                def work():
                    raise kind("it")
                thread = threading.Thread(target=work)
                thread.start()
                thread.join()
            return "done"
    """)
    assert done.observation.value == "done"
    errors = [event for event in done.observation.events if event.kind == "thread_error"]
    assert [(event.data["error"], event.place) for event in errors] == [
        (kind, Place(10, "run.<locals>.work")) for kind in ("KeyboardInterrupt", "Own")
    ]
    assert "KeyboardInterrupt: it" in capsys.readouterr().err


def test_a_recursion_without_end(performing: Performing) -> None:
    """A recursion error is an error like any other, and names the line that recurs."""
    done = performing("def run(jobs):\n    return run(jobs)")
    assert done.observation.error.kind == "RecursionError"
    assert done.observation.error.place == Place(2, "run")


def test_an_error_whose_text_takes_its_time(performing: Performing) -> None:
    """An error that sleeps before it says anything does so in simulated time."""
    done = performing("""
        import time

        class Slow(Exception):
            def __str__(self):
                time.sleep(1000)
                return "at last"

        def run(jobs):
            raise Slow
    """)
    assert (done.text, done.observation.elapsed) == ("at last", 1000 * SECOND)


def test_an_error_that_does_not_let_itself_be_described(performing: Performing) -> None:
    """A class that hides its traceback, its text or its group behind code of its own has raised all the same."""
    found = performing("""
        class Liar(Exception):
            __traceback__ = property(lambda self: 1 / 0)
            __cause__ = property(lambda self: 1 / 0)
            args = property(lambda self: 1 / 0)

        def run(jobs):
            raise Liar
    """)
    assert found.observation.outcome == "raised"
    assert found.observation.error.kind == "Liar"


def test_a_deadlock(performing: Performing) -> None:
    """A standstill comes back with who waits for what, held by whom, and at which lines."""
    done = performing("""
        import threading

        def run(jobs):
            lock = threading.Lock()
            lock.acquire()
            jobs[0]()
            lock.acquire()
    """)
    found = done.observation
    assert (found.outcome, found.value, found.error) == ("stopped", None, None)
    assert (found.stop.reason, found.stop.time, found.elapsed) == ("deadlock", 2 * SECOND, 2 * SECOND)
    (waiter,) = found.stop.waiters
    assert (waiter.name, waiter.kind, waiter.holder) == ("MainThread", "lock", "MainThread")
    assert (waiter.place.line, waiter.holder_place.line) == (8, 6)


def test_a_deadlock_of_coroutines(performing: Performing) -> None:
    """Tasks of a standstill have the names that the student knows: the function's, and `job`."""
    done = performing(
        """
        import asyncio

        async def run(jobs):
            asyncio.ensure_future(jobs[0]())
            await asyncio.sleep(1)
            await asyncio.Event().wait()
        """,
        call("run", async_jobs(1, seconds=9)),
    )
    assert [waiter.name for waiter in done.observation.stop.waiters] == ["MainThread", "task run"]
    assert done.observation.stop.waiters[1].place.line == 7


def test_a_wait_without_end(performing: Performing) -> None:
    """A loop of sleeps that never ends is stopped after an hour of simulated time."""
    done = performing("import time\n\ndef run(jobs):\n    while True:\n        time.sleep(60)")
    assert (done.observation.outcome, done.observation.stop.reason) == ("stopped", "endless")


def test_a_standstill_while_the_file_is_imported(performing: Performing) -> None:
    """A file that waits for ever while it is imported is stopped, too."""
    done = performing("import threading\nthreading.Event().wait()")
    assert (done.observation.outcome, done.observation.stop.reason) == ("stopped", "deadlock")


@pytest.mark.parametrize(
    ("source", "kind", "line"),
    [
        ("def run(:", "SyntaxError", 1),
        ("import json\nimport no_such_module", "ModuleNotFoundError", 2),
        ("\nraise ValueError('boom')", "ValueError", 2),
        ("import sys\nsys.exit(1)", "SystemExit", 2),
        ("raise KeyboardInterrupt", "KeyboardInterrupt", 1),
        ("def run(): pass\n\nrun(1)", "TypeError", 3),
        ("# -*- coding: nonsense -*-", "SyntaxError", 0),
    ],
    ids=["syntax", "import", "error", "exit", "interrupt", "type", "encoding"],
)
def test_a_file_that_can_not_be_imported(performing: Performing, source: str, kind: str, line: int) -> None:
    """What a file raises while it is imported makes it unloadable."""
    found = performing(source).observation
    assert (found.outcome, found.error.kind) == ("unloadable", kind)
    assert (found.error.place.line if found.error.place is not None else 0) == line


def test_a_missing_function(performing: Performing) -> None:
    """What is missing is named, with the functions and classes that the file itself defines."""
    done = performing("""
        import json
        from threading import Thread
        NUMBER = 5
        def run_them(jobs): pass
        class Runner: pass
        def _helper(): pass
    """)
    assert (done.observation.outcome, done.text) == ("missing", "run")
    assert done.observation.names == ["run_them", "Runner"]


def test_a_function_that_is_none(performing: Performing) -> None:
    """A name that can't be called is an error of the call."""
    assert performing("run = 5").text == "'int' object is not callable"


def test_a_name_that_a_play_does_not_find(performing: Performing) -> None:
    """A play that asks for what isn't there is told apart from one that fails."""

    def asks(student: Any, items: Any) -> Any:  # noqa: ANN401 - whatever the student's function takes
        return student.run_all(items)

    assert performing("def run(): pass", play(asks, jobs(1), words="run_all")).observation.outcome == "missing"


def test_a_play(performing: Performing) -> None:
    """A play runs beside the submission, and what it returns comes back."""

    def twice(student: Any, items: Any, none: Any) -> Any:  # noqa: ANN401 - whatever the student's function takes
        import time  # noqa: PLC0415 - as suites do it

        began = time.monotonic()
        first = student.run(items)
        return [first, student.run(none), time.monotonic() - began]

    done = performing("def run(jobs): return [job() for job in jobs]", play(twice, jobs(2), jobs(), words="run"))
    assert done.observation.value == [done.payloads, [], 2.0]
    assert done.observation.elapsed == 2 * SECOND


def test_a_play_that_is_a_coroutine(performing: Performing) -> None:
    """A play may be a coroutine function, and cancel what it has called."""

    async def cancels(student: Any, items: Any) -> Any:  # noqa: ANN401 - whatever the student's function takes
        import asyncio  # noqa: PLC0415 - as suites do it

        running = asyncio.ensure_future(student.run(items))
        await asyncio.sleep(1)
        running.cancel()
        await asyncio.wait([running])
        return running.cancelled()

    done = performing(
        "async def run(jobs): return [await job() for job in jobs]",
        play(cancels, async_jobs(job(3, cleanup=0.5)), words="run, cancelled after 1 s,"),
    )
    assert (done.observation.value, done.observation.elapsed) == (True, 1.5 * SECOND)
    noted = [(entry.kind, entry.key, entry.time) for entry in done.witness.entries]
    (key,) = done.keys
    assert noted == [
        ("begin", key, 0),
        ("note", key, SECOND),
        ("abandon", key, 1.5 * SECOND),
        ("note", "call", 1.5 * SECOND),
    ]


def test_jobs_that_fail(performing: Performing) -> None:
    """A job that fails raises its payload, after its time; called again, it says so."""
    done = performing(
        """
        def run(jobs):
            texts = []
            for job in [jobs[0], jobs[0]]:
                try:
                    job()
                except Exception as error:
                    texts.append([type(error).__name__, str(error)])
            return texts
        """,
        call("run", jobs(job(2, fails=True))),
    )
    assert done.observation.value == [
        ["JobError", done.payloads[0]],
        ["JobError", "this job has been called before"],
    ]
    assert done.observation.elapsed == 4 * SECOND
    assert [entry.kind for entry in done.witness.entries] == ["begin", "end", "repeat", "late", "note"]


def test_an_asynchronous_job_that_fails(performing: Performing) -> None:
    """The same is true of jobs that are coroutine functions."""
    done = performing("async def run(jobs): await jobs[0]()", call("run", async_jobs(job(2, fails=True))))
    assert (done.observation.error.kind, done.text) == ("JobError", done.payloads[0])


def test_time_before_the_call_is_not_counted(performing: Performing) -> None:
    """A file that sleeps while it is imported takes no time from its function."""
    source = """
        import time
        time.sleep(100)
        {}def run(jobs):
            time.sleep(1)
            {}
    """
    assert performing(source.format("", "return 1")).observation.elapsed == SECOND
    assert performing(source.format("", "raise ValueError")).observation.elapsed == SECOND
    assert performing(source.format("async ", "return 1")).observation.elapsed == SECOND
    assert performing(source.format("async ", "raise ValueError")).observation.elapsed == SECOND


def test_time_after_the_call_is_not_counted(performing: Performing) -> None:
    """What an event loop does after the coroutine has ended takes no time from it."""
    done = performing("""
        import asyncio

        async def stays():
            try:
                await asyncio.sleep(100)
            finally:
                await asyncio.sleep(5)

        async def run(jobs):
            run.task = asyncio.ensure_future(stays())
            await asyncio.sleep(1)
    """)
    assert done.observation.elapsed == SECOND


def test_threads_left_behind(performing: Performing) -> None:
    """A thread that goes on after the return is named with its line, and stopped; a job that ends later is not done."""
    done = performing("""
        import threading

        def work(job):
            job()

        def run(jobs):
            threading.Thread(target=work, args=(jobs[0],), name="worker").start()
            return "early"
    """)
    assert done.observation.value == "early"
    assert done.observation.left == [Left("thread", "worker", "job", 5)]
    assert [entry.kind for entry in done.witness.entries] == ["begin", "note"]
    assert threading.active_count() == 1


def test_threads_that_only_have_to_end_are_not_left_behind(performing: Performing) -> None:
    """A thread that has nothing more to wait for isn't left behind."""
    done = performing("""
        import threading

        def run(jobs):
            done = threading.Event()
            threading.Thread(target=done.wait).start()
            done.set()
    """)
    assert done.observation.left == []


def test_threads_that_catch_everything(performing: Performing) -> None:
    """A thread that won't end is left behind and hurts nobody."""
    done = performing("""
        import threading, time

        def work():
            while True:
                try:
                    time.sleep(1)
                except BaseException:
                    pass

        def run(jobs):
            threading.Thread(target=work, daemon=True).start()
            return "early"
    """)
    assert done.observation.value == "early"
    assert [item.kind for item in done.observation.left] == ["thread"]


def test_tasks_left_behind(performing: Performing) -> None:
    """A task that is pending when the coroutine returns is named as its author named it, with its line."""
    done = performing("""
        import asyncio

        async def run(jobs):
            async def beat():
                while True:
                    await asyncio.sleep(0.1)
            run.task = asyncio.ensure_future(beat())
            await asyncio.sleep(1)
    """)
    assert done.observation.left == [Left("task", "beat", "", 7)]


def test_tasks_that_only_have_to_end_are_not_left_behind(performing: Performing) -> None:
    """A task that was cancelled, or is done but for a last step, isn't left behind."""
    done = performing("""
        import asyncio

        async def run(jobs):
            task = asyncio.ensure_future(asyncio.sleep(9))
            await asyncio.sleep(1)
            task.cancel()
    """)
    assert done.observation.left == []


@pytest.mark.parametrize(
    "quiet",
    ["", "import warnings; warnings.simplefilter('ignore')", "import warnings; warnings.warn = print"],
    ids=["plain", "ignored", "replaced"],
)
def test_coroutines_never_awaited(performing: Performing, quiet: str) -> None:
    """A coroutine that was never awaited is named with the line that made it, whatever is done about warnings."""
    kept = warnings.warn
    try:
        done = performing(
            f"{quiet}\n\ndef run(jobs):\n    jobs[0]()\n    work(1)\n    return 1\n\nasync def work(number): pass",
            call("run", async_jobs(1)),
        )
    finally:
        warnings.warn = kept
    assert done.observation.left == [Left("coroutine", "job", "", 4), Left("coroutine", "work", "", 5)]


def test_coroutines_never_awaited_because_of_an_error(performing: Performing) -> None:
    """Coroutines that an error keeps alive are found as well, and reported to nobody else."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        done = performing(
            """
            async def run(jobs):
                waiting = [job() for job in jobs]
                raise ValueError
            """,
            call("run", async_jobs(2)),
        )
        gc.collect()
    assert [item.line for item in done.observation.left] == [3, 3]
    assert caught == []


def test_a_coroutine_function_where_a_function_is_asked_for(tmp_path: Path) -> None:
    """A coroutine that nobody asked for is not run: it is what the call returned."""
    file = tmp_path / "fundamentals.py"
    file.write_text("async def run(jobs): return [job() for job in jobs]\n", encoding="utf-8")
    made = seeded(TWO, 1)
    with unloaded_afterwards(MODULE):
        seen = perform(made.request, MODULE, file, Witness(made.payloads))
    assert seen.value["type"] == "coroutine"
    assert seen.left == []


def test_a_function_where_a_coroutine_function_is_asked_for(performing: Performing) -> None:
    """A list can't be awaited: that is the error, and no result."""
    done = performing("def run(jobs): return []", call_async("run", async_jobs(2)))
    assert (done.observation.outcome, done.observation.error.kind) == ("raised", "TypeError")


def test_coroutines_that_are_returned(performing: Performing) -> None:
    """Coroutines in the result were never awaited, either."""
    done = performing("async def run(jobs): return [job() for job in jobs]", call("run", async_jobs(2)))
    assert [item["type"] for item in done.observation.value] == ["coroutine", "coroutine"]
    assert [item.kind for item in done.observation.left] == ["coroutine", "coroutine"]


def test_sockets_left_behind(performing: Performing) -> None:
    """A socket that was never closed is named by the line that made it."""
    done = performing("""
        import socket

        def run(jobs):
            run.kept = socket.socket()
            with socket.socket() as closed:
                closed.bind(("127.0.0.1", 0))
    """)
    assert [(item.kind, item.line) for item in done.observation.left] == [("socket", 5)]


def test_requests_and_sessions(performing: Performing) -> None:
    """Requests reach the mock API, and each session comes back with what it did, whether it is closed, and its line."""
    done = performing(
        """
        import aiohttp

        async def run(cases):
            kept = aiohttp.ClientSession()
            async with aiohttp.ClientSession() as session:
                found = []
                for case in cases:
                    try:
                        async with session.post(case.url, headers=case.headers, json=case.payload) as response:
                            found.append([response.status, await response.json()])
                    except aiohttp.ClientConnectionError:
                        found.append(None)
            return found
        """,
        call("run", cases(answer(1), answer(2, status=404), refused())),
    )
    found = done.observation
    assert found.value == [[200, done.payloads[0]], [404, done.payloads[1]], None]
    assert found.elapsed == 3 * SECOND
    assert found.sessions == [
        Session(1, "aiohttp", 0, closed=False, line=5),
        Session(2, "aiohttp", 3, closed=True, line=6),
    ]
    assert [entry.kind for entry in done.witness.entries] == [
        "begin",
        "end",
        "begin",
        "end",
        "begin",
        "abandon",
        "note",
    ]
    assert done.witness.details(done.keys[0])["json"] == seeded(call("run", cases(1)), 1).sent[done.keys[0]]["payload"]
    assert found.unserved == []


def test_requests_over_sockets(performing: Performing) -> None:
    """Each case has a server in the simulated network; the refused one has none, and all are witnessed."""
    done = performing(
        """
        import socket
        from urllib.parse import urlsplit

        def run(cases):
            found = []
            for case in cases:
                url = urlsplit(case.url)
                try:
                    with socket.create_connection((url.hostname, url.port)) as sock:
                        lines = [f"POST {url.path} HTTP/1.1", "Host: x", "Connection: close", "", ""]
                        sock.sendall("\\r\\n".join(lines).encode())
                        found.append(sock.makefile("rb").readline().decode().strip())
                except ConnectionRefusedError:
                    found.append("refused")
            kept = socket.create_connection((url.hostname, url.port))
            return found
        """,
        call("run", socket_cases(refused(), answer(2, status=404, framing="chunked"), broken(1))),
    )
    found = done.observation
    assert found.value == ["refused", "HTTP/1.1 404 Not Found", "HTTP/1.1 200 OK"]
    assert found.elapsed == 3 * SECOND
    assert [entry.kind for entry in done.witness.entries] == [
        "begin",
        "abandon",
        "begin",
        "end",
        "begin",
        "abandon",
        "note",
    ]
    assert [(item.kind, item.line, item.detail) for item in found.left] == [("socket", 16, "dropped")]
    assert {event.thread for event in found.events} == {0}
    assert found.unserved == []


def test_a_request_to_nowhere(performing: Performing) -> None:
    """A request that no case asks for is noted."""
    done = performing(
        """
        import requests

        def run(cases):
            try:
                requests.get("http://api.test/other", timeout=5)
            except requests.RequestException as error:
                return "refused"
        """,
        call("run", cases(1)),
    )
    assert len(done.observation.unserved) == 1
    assert "GET http://api.test/other" in done.observation.unserved[0]
    assert done.witness.keys("begin") == []


def test_a_silent_server_without_a_timeout(performing: Performing) -> None:
    """Waiting for what never comes is a standstill, and names the line that waits."""
    done = performing(
        "import requests\n\ndef run(cases):\n    requests.post(cases[0].url, json={})", call("run", cases(silent()))
    )
    assert done.observation.outcome == "stopped"
    assert done.observation.stop.waiters[0].place.line == 4


def test_a_blocked_loop(performing: Performing) -> None:
    """A call that blocks the event loop is marked in the trace, with its line."""
    done = performing("import time\n\nasync def run(jobs):\n    time.sleep(2)")
    blocking = [event for event in done.observation.events if event.data.get("blocks_loop")]
    assert [(event.place, event.time) for event in blocking] == [(Place(4, "run", "sleep"), 2 * SECOND)]


def test_a_submission_that_replaces_sleep_and_run(performing: Performing, monkeypatch: pytest.MonkeyPatch) -> None:
    """A submission that replaces what it sleeps and runs with changes nothing for its jobs, nor for the next one."""
    monkeypatch.setattr(asyncio, "run", asyncio.run)
    monkeypatch.setattr(asyncio, "sleep", asyncio.sleep)
    real_sleep, real_monotonic = time.sleep, time.monotonic
    source = """
        import asyncio, time
        time.sleep = lambda seconds: None
        time.monotonic = lambda: 0.0
        asyncio.sleep = None
        asyncio.run = lambda coroutine: "nothing was run"
        {}def run(jobs):
            return {}
    """
    done = performing(source.format("", "[job() for job in jobs]"))
    assert (done.observation.value, done.observation.elapsed) == (done.payloads, 4 * SECOND)
    done = performing(source.format("async ", "[await job() for job in jobs]"), call("run", async_jobs(2, seconds=2)))
    assert (done.observation.value, done.observation.elapsed) == (done.payloads, 4 * SECOND)
    assert (time.sleep, time.monotonic) == (real_sleep, real_monotonic)


def test_a_submission_that_prints(performing: Performing, capsys: pytest.CaptureFixture[str]) -> None:
    """What a submission prints goes where it would anyway, and its warnings are no errors, whatever a test says."""
    source = """
        import warnings

        def run(jobs):
            print("hello")
            warnings.warn("careful")
            warnings.warn("old", DeprecationWarning)
            return "done"
    """
    with pytest.warns(UserWarning, match="careful"):
        assert performing(source).observation.value == "done"
    assert capsys.readouterr().out == "hello\n"


def test_what_is_called_twice_is_loaded_twice(performing: Performing) -> None:
    """Nothing of a submission is kept from one run to the next."""
    source = "count = []\n\ndef run(jobs):\n    count.append(1)\n    return len(count)"
    assert performing(source).observation.value == performing(source).observation.value == 1
    assert not any(name.startswith("exercises") for name in sys.modules)


def test_the_same_run_twice(performing: Performing) -> None:
    """The same submission does the same in every run, down to the last event."""
    source = """
        import random
        from concurrent.futures import ThreadPoolExecutor, as_completed

        def run(jobs):
            with ThreadPoolExecutor(2) as pool:
                futures = {pool.submit(job): index for index, job in enumerate(jobs)}
                return [[futures[future], future.result(), random.random()] for future in as_completed(futures)]
    """
    scenario = call("run", jobs(job(3), job(1), job(2), job(1)))
    assert performing(source, scenario).observation == performing(source, scenario).observation


def test_nothing_is_called_to_see_whether_a_file_can_be_imported(performing: Performing) -> None:
    """Without a function and without a play, the file is imported and that is all."""
    done = performing("def run(): raise ValueError", Scenario())
    assert (done.observation.outcome, done.observation.value, done.observation.elapsed) == ("returned", None, 0)


def test_a_value_that_is_too_much(performing: Performing) -> None:
    """A value without end comes back in part, and in time."""
    done = performing("def run(jobs):\n    many = []\n    many += [many] * 100\n    return many")
    assert len(msgspec.json.encode(done.observation)) < 1 << 20


@pytest.mark.skipif(not hasattr(signal, "raise_signal"), reason="signals can't be raised here")
def test_ctrl_c_interrupts(performing: Performing) -> None:
    """Ctrl-C while a submission runs is not the submission's result, and Python's own handler is there again."""
    with pytest.raises(KeyboardInterrupt):
        performing("import signal\n\ndef run(jobs):\n    signal.raise_signal(signal.SIGINT)")
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    assert performing("def run(jobs): return 1").observation.value == 1


@pytest.mark.skipif(not hasattr(signal, "SIGALRM"), reason="there is no alarm clock here")
@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("def run(jobs):\n    while True:\n        strike()", 3),
        (
            "import threading as t\ndef run(jobs): t.Thread(target=go).start()\ndef go():\n  while True:\n    strike()",
            5,
        ),
    ],
    ids=["caller", "thread"],
)  # fmt: skip
def test_a_watchdog_makes_a_runaway(
    performing: Performing, monkeypatch: pytest.MonkeyPatch, source: str, line: int
) -> None:
    """Whatever a time-out's handler raises, the result is a runaway at the line that was running."""

    class TimeOut(BaseException):
        pass

    def handle(*_: object) -> None:
        raise TimeOut

    # To the process, as a timer does it: whichever thread runs, the main one handles it.
    monkeypatch.setattr(builtins, "strike", lambda: os.kill(os.getpid(), signal.SIGALRM), raising=False)
    before = signal.signal(signal.SIGALRM, handle)
    try:
        done = performing(source)
        assert signal.getsignal(signal.SIGALRM) is handle
    finally:
        signal.signal(signal.SIGALRM, before)
    assert (done.observation.outcome, done.observation.place.line) == ("runaway", line)
