"""Keeping a submission's hands off the part of the grader that runs beside it, as far as that can be in one process.

What a submission has no need of, it can't import. Whoever finds it in another way can change it: so the functions and
classes, and what of Python's own follows a program, are looked at again when the run is over. Who digs still deeper
gets past both, which is why nothing that is said in that process is believed.
"""

from __future__ import annotations

import sys
import threading
from types import CodeType, FunctionType, ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_PACKAGE = "grader"
_OPEN = ("grader", "grader.lab", "grader.lab.http_types", "grader.lab.job_error", "grader.lab.observation")
_OPEN_BELOW = ("grader.lab.processes", "grader.lab.mock_api")
"""What exercises need; what is found by its name while a program runs, by pickle, msgspec or the mock API."""

_KINDS = (FunctionType, type)
# Read as the interpreter keeps them, whatever `type` has come to mean meanwhile.
_CODE: Any = vars(FunctionType)["__code__"]
_DICT: Any = vars(type)["__dict__"]


class Guard:
    """Knows what the grader's functions and classes were like when it was made."""

    def __init__(self) -> None:
        """Look at everything that has been imported so far."""
        self._modules = {name: module for name, module in sys.modules.items() if _is_ours(name, module)}
        self._names = list(_followers())
        self._codes: list[tuple[str, FunctionType, CodeType]] = []
        self._classes: list[tuple[str, type, dict[str, Any]]] = []
        for name, module in self._modules.items():
            for key, value in vars(module).items():
                if isinstance(value, _KINDS):
                    self._names.append((f"{name}.{key}", vars(module), key, value))
                if getattr(value, "__module__", None) == name:
                    self._take(f"{name}.{key}", value)

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
            self._classes.append((name, value, dict(vars(value))))
            for key, item in vars(value).items():
                function = getattr(item, "__func__", getattr(item, "fget", item))
                if type(function) is FunctionType:
                    self._codes.append((f"{name}.{key}", function, function.__code__))

    def _changed(self) -> Iterator[str]:
        yield from (name for name, there, key, value in self._names if there.get(key) is not value)
        yield from (name for name, function, code in self._codes if _CODE.__get__(function) is not code)
        for name, kind, before in self._classes:
            now = _DICT.__get__(kind)
            yield from (f"{name}.{key}" for key, value in before.items() if key not in now or now[key] is not value)
            yield from (f"{name}.{key}" for key in now if key not in before and key not in _MADE_LATER)


_MADE_LATER = frozenset(
    {"__annotations__", "__annotations_cache__", "__annotate_func__", "__slotnames__", "__msgspec_cache__"}
)
"""What is added to a class when somebody asks for its annotations, pickles an object of it or decodes one."""


def _followers() -> Iterator[tuple[str, dict[str, Any], str, Any]]:
    """Yield what follows a program's steps; patched, it would follow nothing."""
    monitoring = vars(sys).get("monitoring")  # from Python 3.12 on
    for place in (sys, threading, *([monitoring] if monitoring is not None else [])):
        for key in ("settrace", "setprofile", "gettrace", "set_events", "set_local_events", "register_callback"):
            if key in vars(place):
                yield f"{place.__name__}.{key}", vars(place), key, vars(place)[key]


def _is_ours(name: str, module: object) -> bool:
    return name.partition(".")[0] == _PACKAGE and type(module) is ModuleType
