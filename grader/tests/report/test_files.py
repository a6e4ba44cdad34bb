"""A report's file is written whole or not at all."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from grader.report import UnwritableError, require_writable, write_file

if TYPE_CHECKING:
    from pathlib import Path

NAME = "report.json"


def names(folder: Path) -> list[str]:
    """What is in a folder."""
    return [path.name for path in folder.iterdir()]


def test_a_report_replaces_the_one_before(tmp_path: Path) -> None:
    """The folder is made, the file has the new text, and nothing else is left."""
    folder = tmp_path / "a" / "b"
    write_file(folder, NAME, "old")
    assert write_file(folder, NAME, "new\n") == folder / NAME
    assert (folder / NAME).read_bytes() == b"new\n"
    assert names(folder) == [NAME]


def test_a_link_in_its_place_is_replaced(tmp_path: Path) -> None:
    """What a link leads to is left alone."""
    precious = tmp_path / "precious"
    precious.write_text("keep")
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / NAME).symlink_to(precious)
    write_file(folder, NAME, "new")
    assert precious.read_text() == "keep"
    assert not (folder / NAME).is_symlink()
    assert (folder / NAME).read_text() == "new"


@pytest.mark.skipif(os.name == "nt", reason="Windows has other rights")
def test_others_may_read_it_as_usual(tmp_path: Path) -> None:
    """The file's rights are those of any new file."""
    before = os.umask(0o027)
    try:
        path = write_file(tmp_path, NAME, "")
    finally:
        os.umask(before)
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_folder_in_its_place(tmp_path: Path) -> None:
    """What can't be replaced is named, and nothing is left beside it."""
    (tmp_path / NAME / "x").mkdir(parents=True)
    with pytest.raises(UnwritableError, match=r"report\.json can't be written: .* Give --out a folder"):
        write_file(tmp_path, NAME, "new")
    assert names(tmp_path) == [NAME]


def test_a_file_in_the_folders_place(tmp_path: Path) -> None:
    """A folder that is none is refused before anything is graded."""
    (tmp_path / "out").touch()
    for folder in (tmp_path / "out", tmp_path / "out" / "deeper"):
        with pytest.raises(UnwritableError, match=r"out.* can't be written: "):
            require_writable(folder)
        with pytest.raises(UnwritableError, match=r"out.* can't be written: "):
            write_file(folder, NAME, "")


def test_trying_a_folder_out_leaves_nothing(tmp_path: Path) -> None:
    """A folder that can be written is made, and stays empty."""
    require_writable(tmp_path / "out")
    assert names(tmp_path / "out") == []


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such limit")
def test_a_full_disk(tmp_path: Path) -> None:
    """When there is room for half of it, the old report stays, and nothing of the new one."""
    (tmp_path / NAME).write_text("old")
    program = (
        "import resource, sys; from pathlib import Path; from grader.report import UnwritableError, write_file\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "try: write_file(Path(sys.argv[1]), 'report.json', 'new' * 1000)\n"
        "except UnwritableError as error: print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, check=True, timeout=30
    )
    assert "report.json can't be written: File too large." in done.stdout
    assert (tmp_path / NAME).read_text() == "old"
    assert names(tmp_path) == [NAME]


def test_ctrl_c_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Interrupted in the middle, the old report stays, and nothing of the new one."""
    (tmp_path / NAME).write_text("old")

    def interrupt(_descriptor: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_file(tmp_path, NAME, "new")
    assert names(tmp_path) == [NAME]
    assert (tmp_path / NAME).read_text() == "old"
