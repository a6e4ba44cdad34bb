"""Which level of isolation is reached, and how that is found out: by trying."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grader.errors import BadInputError
from grader.grading import LEVELS, Isolation, WorkerPlayer, _probing
from grader.grading._landlock import TRUNCATES_FROM, Ruleset, version
from grader.grading._namespaces import are_apart, namespaces
from grader.grading._needed import needed
from grader.grading._probing import Surroundings, make_outside, probe
from grader.grading.isolation import IN_PROCESS, lower, too_little
from grader.lab import arguments, call, expect, with_processes, work
from grader.lab.checks import Check
from grader.lab.exercises import Exercise
from grader.lab.playing import Submission, make_play

if TYPE_CHECKING:
    from grader.grading.isolation import Level

COURSE = Path(__file__).resolve().parents[3]
LIBRARY = str(Path(os.__file__).parent)
POOL = """
from concurrent.futures import ProcessPoolExecutor

def run(function, arguments):
    with ProcessPoolExecutor(2) as pool:
        return list(pool.map(function, arguments))

def look(paths):
    import os, socket
    seen = [path for path in paths if os.path.exists(path)]
    return [seen, [name for _, name in socket.if_nameindex()]]
"""

linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has Landlock")
landlock = pytest.mark.skipif(version() < TRUNCATES_FROM, reason="this kernel has no Landlock that is new enough")


def has_sandbox() -> bool:
    """Whether bubblewrap is here and works."""
    command = ["bwrap", "--unshare-net", "--unshare-pid", "--ro-bind", "/", "/", "--proc", "/proc", "true"]
    return (
        shutil.which("bwrap") is not None and subprocess.run(command, check=False, capture_output=True).returncode == 0
    )


def tried(folder: Path, wanted: Level = "landlock", hidden: tuple[str, ...] = ()) -> Isolation:
    """What probing finds out from here."""
    make_outside(folder)
    _, found = probe(Surroundings(wanted, folder, None, (sys.executable,), [LIBRARY], hidden, namespaces()))
    assert [path.name for path in folder.iterdir()] == ["outside"]
    return found


def test_levels_are_ordered() -> None:
    """Each level reaches itself and those below it."""
    for index, level in enumerate(LEVELS):
        assert [other for other in LEVELS if Isolation(level).reaches(other)] == list(LEVELS[: index + 1])
    assert lower(Isolation("bwrap"), Isolation("landlock")).level == "landlock"
    assert lower(Isolation("processes"), Isolation("landlock")).level == "processes"
    assert lower(None, Isolation("landlock")).level == "landlock"


@landlock
def test_landlock_is_reached_where_it_holds(tmp_path: Path) -> None:
    """The level says what was tried and could not be done; what stays open is said besides."""
    found = tried(tmp_path, hidden=(str(COURSE / "tests"), str(COURSE / "solutions")))
    assert found.level == "landlock"
    assert any("network" in gap for gap in found.gaps)


@landlock
def test_what_can_be_read_nevertheless_is_named(tmp_path: Path) -> None:
    """A course in a folder that Python needs is not hidden: the level isn't reached, and the reason comes first."""
    found = tried(tmp_path, hidden=(str(COURSE / "tests"), LIBRARY))
    assert found.level == "processes"
    assert found.gaps[0].startswith(f"{LIBRARY} can be read")


@linux
def test_a_kernel_without_landlock_is_told_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without it only processes are reached, for the reason that it isn't there."""
    monkeypatch.setattr(_probing, "version", lambda: 0)
    found = tried(tmp_path)
    assert found.level == "processes"
    assert "Linux 5.13" in found.gaps[0]


@landlock
def test_landlock_that_does_not_hold_is_not_believed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If the system calls say yes and nothing changes, that is found out."""
    monkeypatch.setattr(Ruleset, "obey", lambda *_, **__: set())
    found = tried(tmp_path)
    assert found.level == "processes"
    assert "doesn't hold" in found.gaps[0]


@landlock
def test_landlock_under_which_python_would_not_work_is_left_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program must be able to read what Python needs; what it could not read is named."""
    monkeypatch.setattr(Ruleset, "keep", lambda *_: None)
    found = tried(tmp_path)
    assert found.level == "processes"
    assert f"{sys.executable} can't be read then" in found.gaps[0]


@landlock
def test_workers_report_what_they_reach() -> None:
    """A player's isolation is known before anything is run; a lower aim gives a lower level."""
    levels: list[Level] = ["landlock", "processes"]
    for wanted in levels:
        player = WorkerPlayer(workers=1, wanted=wanted, hidden=[COURSE / "tests"])
        try:
            assert player.isolation.level == wanted
        finally:
            player.close()


def test_nothing_run_is_nothing_tried() -> None:
    """A player that was closed before its processes were ready has reached nothing that it could speak of."""
    player = WorkerPlayer(workers=1)
    player.close()
    assert player.isolation.level == "processes"


def test_what_is_needed_is_no_folder_for_everything() -> None:
    """Neither the home folder nor the course is among what workers may read, nor what leads to them."""
    found = needed([LIBRARY, str(Path.home()), "/"])
    readable = [Path(path) for path in (*found.programs, *found.files)]
    for hidden in (Path.home().resolve(), COURSE / "tests", COURSE / "solutions", Path("/etc/passwd")):
        assert not {hidden, *hidden.parents} & set(readable)


def test_a_level_that_is_not_reached_says_what_to_do() -> None:
    """Each shortfall has its own remedy."""
    assert "--in-process" in too_little(IN_PROCESS, "processes", "landlock")
    assert "Give --sandbox bwrap" in too_little(Isolation("landlock"), "bwrap", "landlock")
    assert "No Landlock." in too_little(Isolation("processes", ("No Landlock.", "More.")), "landlock", "landlock")


def test_namespaces_that_are_not_known_may_be_the_same() -> None:
    """A sandbox is one only if each of its namespaces is known to be another."""
    mine = {"pid": "1", "net": "2", "ipc": "3", "mnt": "4"}
    other = {"pid": "5", "net": "6", "ipc": "7", "mnt": "8"}
    assert are_apart(mine, other)
    assert not are_apart(mine, {**other, "net": "2"})
    assert not are_apart({}, {})


@pytest.mark.parametrize(
    ("script", "says"),
    [(None, "isn't installed"), ("#!/bin/sh\necho No permissions to make a namespace >&2; exit 1\n", "No permissions")],
)
def test_no_sandbox_is_told_with_the_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str | None, says: str
) -> None:
    """Without bubblewrap, or where it doesn't work, nothing is run; the message says why and what to do."""
    folder = tmp_path / "bin"
    folder.mkdir()
    if script is not None:
        folder.joinpath("bwrap").write_text(script, encoding="ascii")
        folder.joinpath("bwrap").chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(sys, "platform", "linux")
    with pytest.raises(BadInputError, match=says) as caught:
        WorkerPlayer(wanted="bwrap")
    assert "apt install bubblewrap" in str(caught.value)
    assert [path.name for path in tmp_path.iterdir()] == ["bin"]


@pytest.mark.skipif(not has_sandbox(), reason="bubblewrap isn't here, or doesn't work")
@pytest.mark.timeout(120)
def test_the_sandbox_shows_nothing_but_what_is_needed(tmp_path: Path) -> None:
    """Processes work in it as ever, and neither course, network nor anybody's processes are there."""
    file = tmp_path / "fundamentals.py"
    file.write_text(POOL, encoding="utf-8")
    hidden = [str(COURSE / name) for name in ("tests", "solutions", "pyproject.toml")]
    hidden += [] if Path(sys.prefix).is_relative_to("/home") else ["/home"]  # where Python's own libraries may be
    hidden += ["/etc/passwd", str(Path.home() / ".ssh"), str(tmp_path), f"/proc/{os.getpid()}"]
    submission = Submission(Exercise("parallelism", "fundamentals"), file)
    pool = with_processes(call("run", work(), arguments(2, seconds=1)), at_once=2, method="forkserver")
    player = WorkerPlayer(workers=1, wanted="bwrap", hidden=[COURSE / "tests", COURSE / "solutions"])
    try:
        plays = [
            make_play(submission, f"test_{number}", Check("It", 1, 10, scenario), 1, None)
            for number, scenario in enumerate([pool, with_processes(call("look", hidden), at_once=1)])
        ]
        player.schedule(plays)
        expect.results(player.result(plays[0]))
        seen = player.result(plays[1])
        assert player.isolation.level == "bwrap"
    finally:
        player.close()
    assert seen.observation.value == [[], ["lo"]], seen.observation.error
