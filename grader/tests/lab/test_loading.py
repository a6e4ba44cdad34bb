"""Tests of importing a submission's file under its true name, and of forgetting it again."""

from __future__ import annotations

import importlib
import linecache
import sys
from types import ModuleType
from typing import TYPE_CHECKING

import pytest

from grader.lab.loading import load, unloaded_afterwards

if TYPE_CHECKING:
    from pathlib import Path

NAME = "exercises.adding.basics"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A submission's file."""
    path = tmp_path / "adding" / "basics.py"
    path.parent.mkdir()
    path.write_text("def run():\n    return __name__, __file__\n", encoding="utf-8")
    return path


def test_the_true_name(file: Path) -> None:
    """The module can be found by its dotted name, as whoever starts a process with its function needs it."""
    with unloaded_afterwards(NAME):
        module = load(NAME, file)
        assert module.run() == (NAME, str(file))
        assert importlib.import_module(NAME) is module
        assert sys.modules["exercises"].__path__ == [str(file.parents[1])]
        assert sys.modules["exercises.adding"].__path__ == [str(file.parent)]


def test_forgetting(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Afterwards nothing of it is left: no module, no compiled file, no line of its source."""
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    with unloaded_afterwards(NAME):
        load(NAME, file)
        assert linecache.getline(str(file), 1)
        file.write_text("x = 1  # longer than before, so that nobody takes it for the same file\n", encoding="utf-8")
    assert not [name for name in sys.modules if name.startswith("exercises")]
    assert not list(file.parent.glob("__pycache__"))
    assert str(file) not in linecache.cache
    assert not sys.dont_write_bytecode


def test_forgetting_after_an_error(file: Path) -> None:
    """A file that can't be imported is forgotten as well."""
    file.write_text("raise SystemExit", encoding="utf-8")
    with pytest.raises(SystemExit), unloaded_afterwards(NAME):
        load(NAME, file)
    assert NAME not in sys.modules


def test_modules_of_the_same_name_come_back(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A package that was there before, such as the student's own folder, is there again afterwards."""
    own = ModuleType("exercises")
    monkeypatch.setitem(sys.modules, "exercises", own)
    with unloaded_afterwards(NAME):
        assert "exercises" not in sys.modules
        load(NAME, file)
    assert sys.modules["exercises"] is own
    assert NAME not in sys.modules
