"""What programs can still do, and can't do any more, in a worker that is confined."""

from __future__ import annotations

import ast
import os
import platform
import secrets
import socket
import sys
from multiprocessing.shared_memory import SharedMemory
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from grader.grading import WorkerPlayer
from grader.grading._landlock import SCOPES_FROM, TRUNCATES_FROM, version
from grader.grading._shared_memory import FOLDER
from grader.lab import call, with_processes
from grader.lab.checks import Check
from grader.lab.exercises import Exercise
from grader.lab.playing import Submission, make_play

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from grader.lab.scenario import Scenario
    from grader.lab.seen import Seen

HERE = Path(__file__).parent / "confined"
COURSE = Path(__file__).resolve().parents[3]
HONEST = [
    item.name
    for item in ast.parse((HERE / "honest.py").read_text(encoding="utf-8")).body
    if isinstance(item, ast.FunctionDef) and not item.args.args
]

pytestmark = [pytest.mark.timeout(240), pytest.mark.skipif(sys.platform != "linux", reason="only Linux has all of it")]
landlock = pytest.mark.skipif(version() < TRUNCATES_FROM, reason="this kernel has no Landlock that is new enough")


@pytest.fixture(scope="module")
def run() -> Iterator[Callable[[str, Scenario], Seen]]:
    """What performs a scenario with one of the two files in a worker."""
    player = WorkerPlayer(workers=1)
    files = [HERE / f"{name}.py" for name in ("honest", "forbidden")]
    submissions = {file.stem: Submission(Exercise("confined", file.stem), file) for file in files}

    def perform(name: str, scenario: Scenario) -> Seen:
        play = make_play(submissions[name], "test_it", Check("It", 1, 10, scenario), 1, None)
        player.schedule([play])
        return player.result(play)

    yield perform
    player.close()


def really(name: str, *arguments: Any) -> Scenario:  # noqa: ANN401 - plain data
    """A call outside of the simulation."""
    return with_processes(call(name, *arguments), at_once=1)


def got(run: Callable[[str, Scenario], Seen], name: str, *arguments: Any) -> Any:  # noqa: ANN401 - plain data
    """What a forbidden thing has brought."""
    seen = run("forbidden", really(name, *arguments))
    assert seen.observation.outcome == "returned", (seen.observation, seen.output)
    return seen.observation.value


@pytest.mark.parametrize("name", HONEST)
def test_what_honest_programs_do_works(run: Callable[[str, Scenario], Seen], name: str) -> None:
    """Threads, processes of every kind, sockets, temporary files and late imports work as they do everywhere."""
    seen = run("honest", really(name))
    assert seen.observation.value is True, (seen.observation.error, seen.output)


@landlock
def test_what_is_not_its_own_can_not_be_read(run: Callable[[str, Scenario], Seen], tmp_path: Path) -> None:
    """Neither the course, nor a home folder, nor what the system knows of other users and processes."""
    key = tmp_path / "id_ed25519"
    key.write_text("secret", encoding="ascii")
    key.chmod(0o644)
    files = [key, "/etc/passwd", "/etc/shadow", "/proc/1/cmdline", "/proc/cmdline", "/dev/tty", *COURSE.glob("*.toml")]
    files += [file for name in ("solutions", "tests", "exercises") for file in (COURSE / name).rglob("*.py")]
    assert got(run, "reading", [str(file) for file in files]) == []
    course = [COURSE, *(COURSE / name for name in ("solutions", "tests", ".git"))]
    folders = ["/", "/etc", "/tmp", "/dev/shm", "/proc", Path.home(), "..", "../..", *course]  # noqa: S108 - to be listed
    assert got(run, "listing", [str(folder) for folder in folders]) == []


@landlock
def test_what_is_not_its_own_can_not_be_changed(run: Callable[[str, Scenario], Seen], tmp_path: Path) -> None:
    """Nothing is made, moved, emptied or removed outside of its own folder, not even where every user may."""
    for folder in (tmp_path, *tmp_path.parents[:2]):
        folder.chmod(0o777)
    file = tmp_path / "file"
    file.write_text("text", encoding="ascii")
    file.chmod(0o666)
    assert got(run, "writing", str(tmp_path), str(file)) == []
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
    assert file.read_text(encoding="ascii") == "text"


@pytest.mark.skipif(version() < SCOPES_FROM, reason="this kernel has no Landlock that is new enough")
def test_no_other_process_can_be_sent_a_signal(run: Callable[[str, Scenario], Seen]) -> None:
    """Neither the judge, nor who watches over it, nor their group."""
    assert got(run, "signalling", [os.getpid()]) == []


@landlock
def test_no_other_process_can_be_traced(run: Callable[[str, Scenario], Seen]) -> None:
    """Neither the judge nor who watches over it can be traced or looked into."""
    assert got(run, "tracing", [os.getpid()]) == []


@landlock
def test_no_connection_is_made_where_time_is_simulated(
    run: Callable[[str, Scenario], Seen], short_folder: Path
) -> None:
    """What goes around the simulated network to the real one doesn't get there, nor to a socket with a path."""
    short_folder.chmod(0o777)
    path = short_folder / secrets.token_hex(8)
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.socket(socket.AF_UNIX) as abstract,
        socket.socket(socket.AF_UNIX) as named,
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as datagrams,
    ):
        datagrams.bind(f"{path}-datagrams")
        Path(f"{path}-datagrams").chmod(0o777)
        for listener, name in ((abstract, f"\0{path.name}"), (named, str(path))):
            listener.bind(name)
            listener.listen()
        path.chmod(0o777)
        seen = run("forbidden", call("connecting", server.getsockname()[1], str(path)))
        server.settimeout(0)
        with pytest.raises(BlockingIOError):
            server.accept()
    assert seen.observation.value == []


@pytest.mark.skipif(platform.machine() not in {"x86_64", "aarch64"}, reason="no filter is known for this machine")
def test_only_sockets_of_usual_families_are_made_with_processes(run: Callable[[str, Scenario], Seen]) -> None:
    """Unix, IPv4, IPv6 and the list of this machine's addresses; no raw packets, no ciphers, no virtual machines."""
    assert got(run, "families") == [1, 2, 2, 10, 16]


@pytest.mark.skipif(platform.machine() not in {"x86_64", "aarch64"}, reason="no filter is known for this machine")
def test_system_calls_that_no_exercise_needs_are_refused(run: Callable[[str, Scenario], Seen]) -> None:
    """What outlives a program in the kernel, what makes it root of a world of its own, what goes around filters."""
    assert got(run, "calling") == []


@landlock
def test_programs_from_elsewhere_can_not_be_run(run: Callable[[str, Scenario], Seen], tmp_path: Path) -> None:
    """Only the system's programs and Python are."""
    program = tmp_path / "program"
    program.write_text("#!/bin/sh\n", encoding="ascii")
    program.chmod(0o755)
    assert got(run, "running", str(program)) == []


@landlock
def test_it_has_nothing_open_that_it_does_not_need(run: Callable[[str, Scenario], Seen]) -> None:
    """Of all that the processes above it have open, it has its output, its connection and its fault handler's file.

    Where there are zygotes it also has the way to its own.
    """
    found = got(run, "descriptors")
    sockets = ["socket"] * (2 if platform.machine() in {"x86_64", "aarch64"} else 1)
    assert [name for name in found if not name.startswith("/")] == ["pipe", "pipe", *sockets]
    files = [name for name in found if name.startswith("/") and not name.startswith("/proc/")]
    assert len(files) == 2
    assert files[0] == os.devnull
    assert "/grader-" in files[1]


def test_no_shared_memory_is_left(run: Callable[[str, Scenario], Seen], tmp_path: Path) -> None:
    """What a program leaves in shared memory is gone with it, and what somebody else has there stays."""
    name = f"grader-of-a-test-{secrets.token_hex(4)}"
    others = SharedMemory(create=True, size=16)
    try:
        assert got(run, "leaving", name) is True
        assert not Path(FOLDER, name).exists()
        assert Path(FOLDER, others.name).exists()
    finally:
        others.close()
        others.unlink()


def test_no_message_queue_can_be_made(run: Callable[[str, Scenario], Seen]) -> None:
    """Such a queue would stay in the system after the program."""
    assert got(run, "queueing") == []
