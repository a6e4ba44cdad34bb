"""Keeping a submission's hands off the part of the grader that runs beside it, as far as that can be in one process.

What a submission has no need of, it can't import. Whoever finds it in another way can change it: so the functions and
classes, and what of Python's own follows a program, are looked at again when the run is over. Who digs still deeper
gets past both, which is why nothing that is said in that process is believed.
"""

from __future__ import annotations

import gc
import sys
import threading
from dataclasses import dataclass
from types import CodeType, FunctionType, ModuleType
from typing import TYPE_CHECKING, Any

from grader.lab.memory import Memory

if TYPE_CHECKING:
    from collections.abc import Iterator

_PACKAGE = "grader"
_OPEN = ("grader", "grader.lab", "grader.lab.http_types", "grader.lab.job_error", "grader.lab.observation")
_OPEN_BELOW = ("grader.lab.processes", "grader.lab.mock_api")
"""What exercises need; what is found by its name while a program runs, by pickle, msgspec or the mock API."""

_FOLLOWING = ("settrace", "setprofile", "gettrace", "set_events", "set_local_events", "register_callback")
_KINDS = (FunctionType, type)
# Read as the interpreter keeps it, whatever `type` has come to mean meanwhile.
_CODE: Any = vars(FunctionType)["__code__"]


@dataclass(frozen=True, slots=True)
class _Names:
    """What a module or a class holds under some names.

    Attributes:
        name: of the module or class.
        there: where it holds them.
        before: what was there.
        whole: whether there may be no other names.
    """

    name: str
    there: dict[str, Any]
    before: dict[str, Any]
    whole: bool

    def changed(self) -> Iterator[str]:
        """Yield the names under which something else is found."""
        for key, value in self.before.items():
            if self.there.get(key, _GONE) is not value:
                yield f"{self.name}.{key}"
        if self.whole:
            yield from (f"{self.name}.{key}" for key in self.there if key not in self.before and key not in _MADE_LATER)


class Guard:
    """Knows what the grader's functions and classes were like when it was made."""

    def __init__(self) -> None:
        """Look at everything that has been imported so far."""
        self._modules = {name: module for name, module in sys.modules.items() if _is_ours(name, module)}
        self._names: list[_Names] = []
        self._codes: list[tuple[str, FunctionType, CodeType]] = []
        for name, module in self._modules.items():
            for key, value in vars(module).items():
                if getattr(value, "__module__", None) == name:
                    self._take(f"{name}.{key}", value)
            kept = {key: value for key, value in vars(module).items() if isinstance(value, _KINDS)}
            self._names.append(_Names(name, vars(module), kept, whole=False))
        self._names += _followers()
        self._memory = Memory([names.there for names in self._names], [function for _, function, _ in self._codes])

    def hide_modules(self) -> None:
        """Let no submission import what it has no need of.

        The names stay, with nothing behind them: Python takes that for a module that there isn't.
        """
        hidden: dict[str, Any] = {
            name: None for name in self._modules if name not in _OPEN and not name.startswith(_OPEN_BELOW)
        }
        sys.modules.update(hidden)

    def changed(self) -> str:
        """Return the name of something that is not what it was; an empty string if all is."""
        return next(self._changed(), "")

    def _take(self, name: str, value: object) -> None:
        if type(value) is FunctionType:
            self._codes.append((name, value, value.__code__))
        elif isinstance(value, type):
            [there] = gc.get_referents(vars(value))  # what the read-only view is of
            self._names.append(_Names(name, there, dict(there), whole=True))
            for key, item in there.items():
                function = getattr(item, "__func__", getattr(item, "fget", item))
                if type(function) is FunctionType:
                    self._codes.append((f"{name}.{key}", function, function.__code__))

    def _changed(self) -> Iterator[str]:
        for index in self._memory.differing_dicts():
            yield from self._names[index].changed()
        for index in self._memory.differing_functions():
            name, function, code = self._codes[index]
            if _CODE.__get__(function) is not code:
                yield name


_GONE = object()

_MADE_LATER = frozenset(
    {"__annotations__", "__annotations_cache__", "__annotate_func__", "__slotnames__", "__msgspec_cache__"}
)
"""What is added to a class when somebody asks for its annotations, pickles an object of it or decodes one."""


def _followers() -> Iterator[_Names]:
    """Yield what follows a program's steps; patched, it would follow nothing."""
    monitoring = vars(sys).get("monitoring")  # from Python 3.12 on
    for place in (sys, threading, *([monitoring] if monitoring is not None else [])):
        kept = {key: value for key, value in vars(place).items() if key in _FOLLOWING}
        yield _Names(place.__name__, vars(place), kept, whole=False)


def _is_ours(name: str, module: object) -> bool:
    return name.partition(".")[0] == _PACKAGE and type(module) is ModuleType
