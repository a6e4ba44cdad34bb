"""Being a Python that has just been started, in a process that was forked from one which has imported everything."""

from __future__ import annotations

import atexit
import contextlib
import fcntl
import gc
import io
import json
import os
import signal
import sys
import threading
from dataclasses import asdict, dataclass
from types import CodeType, ModuleType
from typing import Any, NoReturn

from grader.grading._descriptors import close_all_but

_RUN_AS_MAIN = "grader.lab.processes.child"
"""Imported already, it would be run a second time with a warning."""

_LEFT_ALONE = ("SIGKILL", "SIGSTOP", "SIGPIPE", "SIGXFSZ")
"""Nobody handles the first two; Python ignores the others from its start."""

_BUFFERING = (io.TextIOWrapper, io.BufferedWriter, io.BufferedRandom)


@dataclass(frozen=True, slots=True)
class Birth:
    """What ``python -c`` gets at its start.

    Attributes:
        code: Python's.
        arguments: what follows ``-c`` in `sys.argv`.
        environment: names and values.
        numbers: those that its open descriptors have.
    """

    code: str
    arguments: list[str]
    environment: dict[str, str]
    numbers: list[int]

    def encoded(self) -> bytes:
        """Return it as JSON."""
        return json.dumps(asdict(self)).encode()

    @classmethod
    def of(cls, data: bytes) -> Birth:
        """Return what `encoded` gave."""
        return cls(**json.loads(data))


def be_born(birth: Birth, folder: int, descriptors: list[int]) -> NoReturn:
    """Run code as Python does that has just been started, and end.

    Args:
        birth: what it gets.
        folder: descriptor of the current folder.
        descriptors: what shall be open under the numbers that `birth` names.
    """
    status = 1
    try:
        os.fchdir(folder)
        _arrange(dict(zip(birth.numbers, descriptors, strict=True)))
        os.environ.clear()
        os.environ.update(birth.environment)
        _forget_signal_handlers()
        sys.modules.pop(_RUN_AS_MAIN, None)
        sys.argv = ["-c", *birth.arguments]
        sys.modules["__main__"] = main = ModuleType("__main__")
        status = _run(compile(birth.code, "<string>", "exec"), vars(main))
    finally:
        os._exit(status)


def _arrange(wanted: dict[int, int]) -> None:
    """Have some descriptors open and nothing else.

    Args:
        wanted: by the number that one shall have, the number that it has.
    """
    above = max([*wanted, *wanted.values()], default=0) + 1
    out_of_the_way = {number: fcntl.fcntl(has, fcntl.F_DUPFD, above) for number, has in wanted.items()}
    for number, has in out_of_the_way.items():
        os.dup2(has, number)
    close_all_but(wanted)


def _forget_signal_handlers() -> None:
    left_alone = {getattr(signal, name) for name in _LEFT_ALONE}
    for number in signal.valid_signals() - left_alone:
        handler = signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL
        with contextlib.suppress(OSError, ValueError):
            signal.signal(number, handler)


def _run(code: CodeType, names: dict[str, Any]) -> int:
    """Run it, do what Python does at its end, and return the exit status."""
    status = 0
    try:
        exec(code, names)  # noqa: S102 - the point
    except SystemExit as leaving:
        if isinstance(leaving.code, int):
            status = leaving.code
        elif leaving.code is not None:
            print(leaving.code, file=sys.stderr)  # noqa: T201 - as Python does
            status = 1
    except BaseException:  # noqa: BLE001 - as Python does
        sys.excepthook(*sys.exc_info())
        status = 1
    threading._shutdown()  # type: ignore[attr-defined] # noqa: SLF001 - nothing else waits for threads and ends there
    atexit._run_exitfuncs()  # noqa: SLF001 - as above
    _flush_all()
    return status & 0xFF


def _flush_all() -> None:
    """Write what is left in the buffers of files, also of those that nobody closes."""
    found = [sys.stdout, sys.stderr, *(item for item in gc.get_objects() if isinstance(item, _BUFFERING))]
    for stream in sorted(found, key=lambda item: isinstance(item, io.TextIOBase), reverse=True):
        with contextlib.suppress(Exception):
            stream.flush()
