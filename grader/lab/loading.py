"""Importing a submission's file under its true dotted name, fresh each time."""

from __future__ import annotations

import importlib.util
import linecache
import sys
from contextlib import contextmanager
from types import CodeType, ModuleType
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.machinery import ModuleSpec
    from pathlib import Path


def load(name: str, file: Path) -> ModuleType:
    """Import `file` as the module `name`, below packages that hold nothing else.

    Raises:
        BaseException: whatever the file raises while it is imported.
    """
    return Fresh(name, file).load()


class Fresh:
    """A submission's file that is imported again and again, as if for the first time, and compiled only once."""

    def __init__(self, name: str, file: Path) -> None:
        """Take a file to be imported under a dotted name."""
        self._name = name
        self._file = file
        self._code: CodeType | None = None
        self._named: dict[str, object] = {}

    def load(self, **given: object) -> ModuleType:
        """Import the file, with these names in place of what Python itself calls so.

        Raises:
            BaseException: whatever the file raises while it is compiled or imported.
        """
        if self._code is None:
            _make_packages(self._name, self._file)
            self._code = compile(self._file.read_bytes(), str(self._file), "exec", dont_inherit=True)
            spec = importlib.util.spec_from_file_location(self._name, self._file)
            self._named = vars(importlib.util.module_from_spec(cast("ModuleSpec", spec)))
        module = ModuleType(self._name)
        sys.modules[self._name] = module
        vars(module).update(self._named, **given)
        exec(self._code, vars(module))  # noqa: S102 - to run a submission is what this is for
        return module


def _make_packages(name: str, file: Path) -> None:
    """Make the packages that a module lies in, which hold nothing else."""
    parts = name.split(".")
    for depth in range(1, len(parts)):
        package = ModuleType(".".join(parts[:depth]))
        package.__path__ = [str(file.parents[len(parts) - 1 - depth])]
        sys.modules[package.__name__] = package


@contextmanager
def unloaded_afterwards(name: str) -> Iterator[None]:
    """Forget the module `name`, its packages and its source when the block ends."""
    top = name.partition(".")[0]
    saved = {key: module for key, module in sys.modules.items() if key == top or key.startswith(f"{top}.")}
    for key in saved:
        del sys.modules[key]
    bytecode = sys.dont_write_bytecode
    sys.dont_write_bytecode = True
    try:
        yield
    finally:
        sys.dont_write_bytecode = bytecode
        for key in [key for key in sys.modules if key == top or key.startswith(f"{top}.")]:
            del sys.modules[key]
        sys.modules.update(saved)
        linecache.checkcache()
