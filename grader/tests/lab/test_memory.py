"""Telling what has changed, from memory or, where that isn't known, by leaving it to others."""

from __future__ import annotations

import sys
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from grader.lab.memory import Memory

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FunctionType


def _number() -> int:
    return 1


def _other() -> int:
    return 2


number, other = cast("FunctionType", _number), cast("FunctionType", _other)


@pytest.mark.parametrize(
    "change",
    [
        lambda names: names.update(b=object()),
        lambda names: names.pop("b"),
        lambda names: names.update(new=1),
        lambda names: names.update({str(key): key for key in range(1000)}),
        lambda names: names.clear(),
        lambda names: names.update(b=names["a"]),
    ],
    ids=["another value", "one less", "one more", "many more", "none", "the value of another"],
)
@pytest.mark.parametrize("size", [3, 30, 3000])
def test_a_changed_dictionary_is_told(change: Callable[[dict[str, Any]], Any], size: int) -> None:
    """Whatever is done to it; those beside it are not named."""
    dicts = [{"a": object(), "b": object(), **{f"_{key}": key for key in range(size)}} for _ in range(3)]
    before = [dict(each) for each in dicts]
    memory = Memory(dicts, [])
    change(dicts[1])
    assert list(memory.differing_dicts()) == [1]
    assert before[1] != dicts[1]


def test_what_is_only_read_is_what_it_was() -> None:
    """Looking at names and calling functions isn't a change; nor is what happens inside of a value."""
    there: dict[str, Any] = {"values": [1], "number": number}
    memory = Memory([there, vars(sys.modules[__name__]), {}], [number, other])
    for _ in range(100):
        there["values"].append(there["number"]() + other())
    assert list(memory.differing_dicts()) == []
    assert list(memory.differing_functions()) == []


def test_classes_and_modules_are_dictionaries(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name of this module is one of its dictionary's."""
    memory = Memory([{}, vars(sys.modules[__name__])], [])
    monkeypatch.setattr(sys.modules[__name__], "number", other)
    assert list(memory.differing_dicts()) == [1]
    monkeypatch.undo()
    assert list(memory.differing_dicts()) == []


def test_a_function_with_other_code_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Until it has its own again."""
    memory = Memory([], [number, other])
    monkeypatch.setattr(other, "__code__", number.__code__)
    assert list(memory.differing_functions()) == [1]
    monkeypatch.undo()
    assert list(memory.differing_functions()) == []


def test_another_interpreter_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """There anything may have changed."""
    monkeypatch.setattr(sys, "implementation", SimpleNamespace(name="pypy"))
    memory = Memory([{}, {}], [number])
    assert list(memory.differing_dicts()) == [0, 1]
    assert list(memory.differing_functions()) == [0]


def test_dictionaries_that_share_their_keys_are_not_read() -> None:
    """Those of objects have their values elsewhere."""

    class Point:
        def __init__(self) -> None:
            self.x = self.y = 0

    there = vars(Point())
    memory = Memory([{}, there], [])
    there["x"] = 1
    assert 1 in memory.differing_dicts()


def test_this_interpreter_is_known() -> None:
    """On those that are supported nothing is looked at twice."""
    known = sys.implementation.name == "cpython" and sys.version_info[:2] <= (3, 13) and sys.platform != "win32"
    assert list(Memory([{}], []).differing_dicts()) == ([] if known else [0])
