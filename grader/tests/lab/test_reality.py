"""Tests of scenarios with real processes, from end to end, in this process and in workers."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
import threading
import time
from concurrent.futures import process
from textwrap import dedent
from typing import TYPE_CHECKING, Any

import pytest

from grader.grading import WorkerPlayer
from grader.lab import Check, Failure, answer, arguments, call, cases, expect, job, silent, with_processes, work
from grader.lab.circumstances import require_an_end
from grader.lab.exercises import Exercise
from grader.lab.in_process import InProcessPlayer
from grader.lab.playing import Submission, make_play
from grader.lab.proc import children

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from grader.lab import Scenario, Seen

METHODS = ("fork", "spawn", "forkserver")
EXECUTOR = """
    from concurrent.futures import ProcessPoolExecutor
    def run(function, arguments):
        with ProcessPoolExecutor(len(arguments)) as pool:
            return list(pool.map(function, arguments))
"""
SEND = """
    from concurrent.futures import ProcessPoolExecutor
    import requests
    from grader.lab import ApiResult
    def send(case):
        try:
            got = requests.post(case.url, headers=case.headers, json=case.payload, timeout=TIMEOUT)
        except requests.RequestException as error:
            return ApiResult(None, None, type(error).__name__)
        return ApiResult(got.status_code, got.json(), None)
    def run(cases):
        with ProcessPoolExecutor(len(cases)) as pool:
            return list(pool.map(send, cases))
"""

pytestmark = pytest.mark.timeout(180)


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder for temporary files, which nobody else uses."""
    folder = tmp_path_factory.mktemp("scratch")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", str(folder))
        patch.setattr(tempfile, "tempdir", None)
        yield folder
    assert _left_in(folder) == []


def _left_in(folder: Path) -> list[str]:
    """List what is in a folder, but for the one that `multiprocessing` keeps until its process ends."""
    return [path.name for path in folder.iterdir() if not path.name.startswith("pymp-")]


@pytest.fixture(scope="module")
def workers(scratch: Path) -> Iterator[WorkerPlayer]:
    """Workers for all tests."""
    player = WorkerPlayer(workers=1)
    yield player
    player.close()


@pytest.fixture(params=["in process", "worker"])
def playing(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str, Scenario], Seen]:
    """Return a function that plays a scenario with a submission of this source."""
    player: Any = InProcessPlayer() if request.param == "in process" else request.getfixturevalue("workers")

    def played(source: str, scenario: Scenario) -> Seen:
        file = tmp_path / "parallelism" / "fundamentals.py"
        file.parent.mkdir(exist_ok=True)
        file.write_text(dedent(source))
        submission = Submission(Exercise("parallelism", "fundamentals"), file, str(tmp_path))
        play = make_play(submission, "test", Check("A check", 1, 1, scenario), 1, None)
        player.schedule([play])
        seen: Seen = player.result(play)
        return seen

    return played


@pytest.fixture(autouse=True)
def nothing_left(scratch: Path) -> Iterator[None]:
    """See to it that no process, folder or variable is left behind, but for those of the workers."""
    before, environment, main = set(children()), dict(os.environ), sys.modules["__main__"].__spec__
    threads = set(threading.enumerate())
    yield
    assert [thread.name for thread in set(threading.enumerate()) - threads if "_work" not in thread.name] == []
    assert {**os.environ, "PYTEST_CURRENT_TEST": ""} == {**environment, "PYTEST_CURRENT_TEST": ""}
    assert sys.modules["__main__"].__spec__ is main
    assert len(set(children()) - before) <= 1
    assert len(_left_in(scratch)) <= 1


@pytest.mark.parametrize("method", METHODS)
def test_jobs_meet_under_every_start_method(playing: Callable[[str, Scenario], Seen], method: str) -> None:
    """Two jobs in two processes overlap, take as long as the longer one, and have their results."""
    seen = playing(EXECUTOR, with_processes(call("run", work(), arguments(job(2), job(1))), at_once=2, method=method))
    expect.results(seen)
    expect.overlap(seen, at_once=2, seconds=2)
    expect.own_processes(seen)
    expect.nothing_left(seen)


@pytest.mark.parametrize("method", METHODS)
def test_requests_meet_under_every_start_method(playing: Callable[[str, Scenario], Seen], method: str) -> None:
    """The mock API is open in every process, and what each sends arrives."""
    source = SEND.replace("TIMEOUT", "5")
    seen = playing(source, with_processes(call("run", cases(answer(2), silent())), at_once=2, method=method))
    expect.results(seen)
    expect.sent_as_asked(seen)
    expect.given_up(seen, 1, after=5)
    expect.own_processes(seen)


def test_work_in_the_caller_is_told_apart(playing: Callable[[str, Scenario], Seen]) -> None:
    """One after another in the caller's process: the time is the sum, and the line that waited is known."""
    source = "def run(function, arguments):\n    return [function(item) for item in arguments]\n"
    seen = playing(source, with_processes(call("run", work(), arguments(3, seconds=2)), at_once=3))
    expect.results(seen)
    assert (seen.seconds, seen.peak) == (6, 1)
    with pytest.raises(Failure, match="caller's own process"):
        expect.own_processes(seen)


def test_the_line_that_waited_is_named(playing: Callable[[str, Scenario], Seen]) -> None:
    """Where the caller waited while time passed for nothing is told with the time."""
    source = """
        from multiprocessing import Process
        def run(function, arguments):
            for argument in arguments:
                process = Process(target=function, args=(argument,))
                process.start()
                process.join()
    """
    seen = playing(source, with_processes(call("run", work(), arguments(3, seconds=2)), at_once=3, method="fork"))
    assert [(note.line, note.note) for note in seen.where_time_went()] == [(7, "waited 2 s, three times")]


def test_processes_left_behind_are_told(playing: Callable[[str, Scenario], Seen]) -> None:
    """A process that was never joined is named, whether it has ended or not."""
    source = """
        from multiprocessing import Process
        def run(function, arguments):
            Process(target=function, args=(arguments[0],), name="forgotten").start()
    """
    seen = playing(source, with_processes(call("run", work(), arguments(1)), at_once=1, method="fork"))
    with pytest.raises(Failure, match="forgotten was still running when your function returned, or was never joined"):
        expect.nothing_left(seen)
    with pytest.raises(Failure, match="ended before the job was done"):
        expect.all_done(seen)


def test_a_thread_on_its_way_out_is_not_left_behind(playing: Callable[[str, Scenario], Seen]) -> None:
    """A thread that waits for nothing any more ends by itself, however soon one looks."""
    source = """
        import threading
        def run(function, arguments):
            threading.Thread(target=lambda: sum(range(3_000_000))).start()
    """
    seen = playing(source, with_processes(call("run", work(), arguments(1)), at_once=1))
    expect.nothing_left(seen)


@pytest.mark.parametrize("playing", ["worker"], indirect=True)
def test_a_thread_that_waits_is_told(playing: Callable[[str, Scenario], Seen]) -> None:
    """A thread that doesn't end by itself is named."""
    source = """
        import threading
        def run(function, arguments):
            threading.Thread(target=threading.Event().wait, name="forgotten", daemon=True).start()
    """
    seen = playing(source, with_processes(call("run", work(), arguments(1)), at_once=1))
    with pytest.raises(Failure, match="forgotten was still running after your function returned"):
        expect.nothing_left(seen)


def test_a_forked_process_that_nobody_waits_for_is_told(playing: Callable[[str, Scenario], Seen]) -> None:
    """It is seen although no library knows of it, and it is ended."""
    source = """
        import os, signal
        def run(function, arguments):
            if os.fork() == 0:
                signal.pause()
                os._exit(0)
    """
    seen = playing(source, with_processes(call("run", work(), arguments(1)), at_once=1))
    assert [item.kind for item in seen.observation.left] == ["process"]


def test_a_process_that_hides_is_ended(playing: Callable[[str, Scenario], Seen], tmp_path: Path) -> None:
    """A daemon in a session of its own doesn't outlive the run in a worker."""
    source = """
        import os, signal
        def run(function, arguments):
            reader, writer = os.pipe()
            if os.fork() == 0:
                os.setsid()
                if os.fork() == 0:
                    os.write(writer, str(os.getpid()).encode())
                    os.close(writer)
                    signal.pause()
                os._exit(0)
            os.close(writer)
            os.wait()
            return int(os.read(reader, 100))
    """
    seen = playing(source, with_processes(call("run", work(), arguments(1)), at_once=1))
    if seen.ending.strays == 0:  # performed here, where an orphan may belong to the system
        with contextlib.suppress(ProcessLookupError):
            os.kill(expect.returned(seen), 9)
    else:
        with pytest.raises(ProcessLookupError):
            os.kill(expect.returned(seen), 0)


def test_a_process_that_is_killed_ends_its_job(playing: Callable[[str, Scenario], Seen]) -> None:
    """The executor notices, its error is the result, and nothing is left."""
    scenario = with_processes(call("run", work(), arguments(job(1, dies=True), job(2))), at_once=2, method="fork")
    seen = playing(EXECUTOR, scenario)
    assert seen.observation.error is not None
    assert seen.observation.error.kind == "BrokenProcessPool"
    assert seen.witness.keys("abandon")[0] == seen.cast.keys[0]
    expect.nothing_left(seen)


def test_a_pool_that_has_lost_a_process_leaves_none(playing: Callable[[str, Scenario], Seen]) -> None:
    """One that nobody shuts down ends its other processes itself, and has the time to."""
    source = """
        from concurrent.futures import ProcessPoolExecutor
        pools = []
        def run(function, arguments):
            pools.append(ProcessPoolExecutor(2))
            return list(pools[0].map(function, arguments))
    """
    scenario = with_processes(call("run", work(), arguments(job(1, dies=True), job(2))), at_once=2, method="fork")
    seen = playing(source, scenario)
    assert seen.observation.error is not None
    assert [item.kind for item in seen.observation.left if item.kind == "process"] == []


def test_waiting_for_a_lost_result_is_a_standstill(playing: Callable[[str, Scenario], Seen]) -> None:
    """Who waits for what never comes is stopped, and told the line."""
    source = """
        from multiprocessing import Pool
        def run(function, arguments):
            with Pool(1) as pool:
                return pool.map(function, arguments)
    """
    scenario = with_processes(call("run", work(), arguments(job(1, dies=True))), at_once=1, method="fork")
    seen = playing(source, scenario)
    with pytest.raises(Failure) as caught:
        require_an_end(seen)
    assert caught.value.data.verdict.startswith("Your program waits for ever")
    assert "the caller waits for map() in line 5" in caught.value.data.observed


def test_a_silent_server_without_a_time_out_is_a_standstill(playing: Callable[[str, Scenario], Seen]) -> None:
    """The request that waits for ever is told, and everything ends."""
    source = SEND.replace("TIMEOUT", "None")
    seen = playing(source, with_processes(call("run", cases(silent())), at_once=1, method="fork"))
    with pytest.raises(Failure) as caught:
        require_an_end(seen)
    assert caught.value.data.question == "Does every request have a timeout?"


@pytest.mark.parametrize("playing", ["in process"], indirect=True)
def test_the_thread_of_a_pool_is_waited_for(
    playing: Callable[[str, Scenario], Seen], monkeypatch: pytest.MonkeyPatch
) -> None:
    """When a pool's processes are ended from outside, its thread still has to do, and is gone before all goes on."""
    real = process._ExecutorManagerThread.terminate_broken

    def slow(*given: Any) -> None:  # noqa: ANN401 - as what it stands for
        time.sleep(0.2)
        real(*given)

    monkeypatch.setattr(process._ExecutorManagerThread, "terminate_broken", slow)
    source = SEND.replace("TIMEOUT", "None")
    seen = playing(source, with_processes(call("run", cases(silent())), at_once=1, method="fork"))
    assert seen.observation.outcome == "stopped"


def test_an_unserved_request_of_a_child_is_told(playing: Callable[[str, Scenario], Seen]) -> None:
    """What a child sends elsewhere is known to the judge."""
    source = SEND.replace("TIMEOUT", "5").replace("case.url", "case.url + '/more'")
    seen = playing(source, with_processes(call("run", cases(1)), at_once=1, method="fork"))
    assert "/more" in seen.observation.unserved[0]


def test_the_program_chooses_its_start_method(playing: Callable[[str, Scenario], Seen]) -> None:
    """The default is only a default: a program may set another."""
    source = "import multiprocessing\nmultiprocessing.set_start_method('fork')\n" + dedent(EXECUTOR)
    source += "    assert multiprocessing.get_start_method() == 'fork'\n"
    seen = playing(source, with_processes(call("run", work(), arguments(1)), at_once=1, method="spawn"))
    expect.results(seen)


def test_the_witness_hears_nothing_on_another_way(playing: Callable[[str, Scenario], Seen]) -> None:
    """A job that is begun anew in the caller has no result, and time stands still for it."""
    source = """
        from grader.lab.processes.messenger import current
        def run(function, arguments):
            current().begin(arguments[0], {})
            return [current().end(arguments[0]), current().end(arguments[0]), function(arguments[0])]
    """
    seen = playing(source, with_processes(call("run", work(), arguments(1, seconds=2)), at_once=1))
    assert expect.returned(seen) == [seen.payloads()[0], None, None]
    assert seen.seconds == 2


@pytest.mark.parametrize("playing", ["worker"], indirect=True)
def test_a_worker_has_no_other_way_to_the_witness(playing: Callable[[str, Scenario], Seen]) -> None:
    """What a program says over its worker's own connection, as in a simulation, begins nothing and gets nothing."""
    source = """
        import gc, json, socket
        def run(function, arguments):
            got = []
            for item in gc.get_objects():
                if type(item) is socket.socket and item.family == socket.AF_UNIX and item.fileno() >= 0:
                    try:
                        for do in ("begin", "end"):
                            item.sendall(json.dumps({"do": do, "key": arguments[0]}).encode() + b"\\n")
                        got.append(json.loads(item.recv(1000))["payload"])
                    except ConnectionError:
                        pass  # the zygote, which takes it for no start of a process
            return got
    """
    seen = playing(source, with_processes(call("run", work(), arguments(1)), at_once=1))
    assert expect.returned(seen) == [None]
    assert [entry.key for entry in seen.witness.entries] == ["call"]
