"""Replacing things for the time of a simulation, and putting every one of them back."""

from __future__ import annotations

import itertools
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_MISSING = object()
_OWN = "grader.simulation"


class Patches:
    """A list of replacements that can be undone."""

    def __init__(self) -> None:
        self._saved: list[tuple[Any, str, Any]] = []
        self._originals: dict[int, Any] = {}
        self._modules: frozenset[int] = frozenset()

    def set(self, owner: object, name: str, value: object) -> None:
        """Set an attribute; one that isn't there in this Python version is left out."""
        before = vars(owner).get(name, _MISSING)
        if before is not _MISSING:
            self._saved.append((owner, name, before))
            setattr(owner, name, value)

    def add(self, owner: object, name: str, value: object) -> None:
        """Set an attribute whether or not the owner itself has it."""
        self._saved.append((owner, name, vars(owner).get(name, _MISSING)))
        setattr(owner, name, value)

    def everywhere(self, replacements: dict[Any, Any]) -> None:
        """Replace functions and classes wherever a loaded module holds them as a global.

        A module that did ``from time import sleep`` before the simulation began holds the real one. A module that is
        loaded during the simulation gets the replacement, and `undo` gives it the real one.

        Args:
            replacements: what to replace by what; keys are compared by identity. Where several are replaced by the
                same thing, it stands for the first.
        """
        for original, replacement in replacements.items():
            self._originals.setdefault(id(replacement), original)
        for module, name, original in _search.holders(tuple(replacements)):
            if vars(module).get(name) is original:
                self.set(module, name, replacements[original])
        self._modules = _search.known

    def undo(self) -> None:
        """Put everything back, last replacement first; an interruption has to wait until it is done."""
        try:
            self._undo()
        except BaseException:
            self._undo()
            raise

    def _undo(self) -> None:
        while self._saved:
            owner, name, before = self._saved[-1]
            if before is not _MISSING:
                setattr(owner, name, before)
            elif name in vars(owner):
                delattr(owner, name)
            self._saved.pop()
        for module in _search.candidates():
            if id(module) not in self._modules and _is_plain(module):
                for name, value in list(vars(module).items()):
                    if id(value) in self._originals:
                        setattr(module, name, self._originals[id(value)])
        self._originals = {}


def rely_on_loaded_modules() -> None:
    """Don't look again at the modules that are loaded now, in this process and in those that are forked from it.

    To look at an object means to count a reference to it, and so to copy the memory that a forked process shares with
    its parent. Modules that are loaded later are looked at; none may be unloaded, or get more names.
    """
    _search.settle()


class _Search:
    """Finds who holds what, looking again only at modules that were loaded, or got more names, since the last time.

    A search through all of them takes much longer than the rest of a short simulation.

    Attributes:
        known: the identities of the modules that have been looked at.
    """

    def __init__(self) -> None:
        self.known: frozenset[int] = frozenset()
        self._modules: list[ModuleType] = []
        self._originals: tuple[Any, ...] = ()
        self._sizes: dict[int, int] = {}
        self._found: dict[int, list[tuple[ModuleType, str, Any]]] = {}
        self._settled: list[tuple[ModuleType, str, Any]] | None = None
        self._kept: list[ModuleType] = []
        self._loaded = 0

    def holders(self, originals: tuple[Any, ...]) -> list[tuple[ModuleType, str, Any]]:
        """Find the module globals that hold one of `originals`."""
        wanted = {id(original): original for original in originals}
        if self._settled is not None and originals == self._originals:
            return [
                *self._settled,
                *(holder for module in self.candidates() for holder in self._search(module, wanted)),
            ]
        # A name in there may lead to nothing by now, as those of the grader do where a submission runs.
        found = [*self._kept, *list(sys.modules.values())]
        modules = list(dict.fromkeys(module for module in found if type(module) is ModuleType))
        sizes = {id(module): len(vars(module)) for module in modules}
        if originals != self._originals:
            self._originals, self._sizes, self._found = originals, {}, {}
        for module in modules:
            if self._sizes.get(id(module)) != sizes[id(module)]:
                self._found[id(module)] = list(self._search(module, wanted))
        # The modules are kept, so that none of these numbers can come to mean another.
        self._modules, self._sizes, self.known = modules, sizes, frozenset(sizes)
        return [holder for module in modules for holder in self._found[id(module)]]

    def settle(self) -> None:
        """Take what was found the last time for what there is."""
        self._settled = None
        self._settled = self.holders(self._originals)
        self._kept = self._modules
        self._loaded = len(sys.modules)

    def candidates(self) -> list[ModuleType]:
        """Return the modules that may not have been looked at yet, the newest first."""
        new = len(sys.modules) - self._loaded if self._settled is not None else len(sys.modules)
        return list(itertools.islice(reversed(sys.modules.values()), max(0, new)))

    @staticmethod
    def _search(module: ModuleType, wanted: dict[int, Any]) -> Iterator[tuple[ModuleType, str, Any]]:
        if _is_plain(module):
            for name, value in list(vars(module).items()):
                if id(value) in wanted:
                    yield module, name, wanted[id(value)]


def _is_plain(module: object) -> bool:
    return type(module) is ModuleType and not str(vars(module).get("__name__")).startswith(_OWN)


_search = _Search()
