"""A folder for temporary files with a long path."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.grading import WorkerPlayer
from grader.grading._shortcut import make_shortcut, remove_shortcut, short_path
from grader.lab import arguments, call, expect, with_processes, work
from grader.lab.checks import Check
from grader.lab.exercises import Exercise
from grader.lab.playing import Submission, make_play

SOURCE = """
from concurrent.futures import ProcessPoolExecutor

def run(function, arguments):
    with ProcessPoolExecutor(2) as pool:
        return list(pool.map(function, arguments))
"""
HERE = Path("/tmp")  # noqa: S108 - where the links are made


def test_a_link_leads_there_and_is_removed(tmp_path: Path) -> None:
    """A folder with a long path gets a link with a short one; what somebody else has put there isn't used."""
    folder = tmp_path / ("long" * 20) / "grader-of-a-test"
    folder.mkdir(parents=True)
    make_shortcut(folder)
    link = short_path(folder)
    assert link == HERE / folder.name
    assert link.resolve() == folder.resolve()
    remove_shortcut(folder)
    assert not link.is_symlink()
    link.symlink_to(tmp_path)
    try:
        make_shortcut(folder)
        assert short_path(folder) == folder
        remove_shortcut(folder)
        assert link.is_symlink()
    finally:
        link.unlink()


@pytest.mark.timeout(120)
def test_processes_with_sockets_work_below_a_long_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The forkserver method makes a Unix socket in the folder for temporary files, however long its path."""
    folder = tmp_path / ("long" * 20)
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    file = tmp_path / "fundamentals.py"
    file.write_text(SOURCE, encoding="utf-8")
    scenario = with_processes(call("run", work(), arguments(2, seconds=1)), at_once=2, method="forkserver")
    check = Check("Two at once", 1, 10, scenario)
    submission = Submission(Exercise("parallelism", "fundamentals"), file)
    player = WorkerPlayer(workers=1)
    try:
        play = make_play(submission, "test_two", check, 1, None)
        player.schedule([play])
        expect.results(player.result(play))
    finally:
        player.close()
    assert list(folder.iterdir()) == []
    links = [path for path in HERE.glob("grader-*") if path.is_symlink()]
    assert [link for link in links if link.readlink().is_relative_to(folder)] == []
