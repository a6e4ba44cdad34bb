"""Writing a report's file whole or not at all."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

from grader.errors import BadInputError

if TYPE_CHECKING:
    from pathlib import Path


class UnwritableError(BadInputError):
    """A report can't be written; the message says why and what to do."""


def require_writable(folder: Path) -> None:
    """Make a folder for reports and try it out, so that nobody waits for a report that can't be kept.

    Raises:
        UnwritableError: it can't be made, or nothing can be written into it.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor, trial = _new_file(folder, "trial")
        os.close(descriptor)
        trial.unlink()
    except OSError as error:
        raise UnwritableError(_words(folder, error)) from None


def write_file(folder: Path, name: str, text: str, *, lasting: bool = True) -> Path:
    """Write a new file and rename it into place; what was there before stays until then.

    A link in its place is replaced, and what it leads to is left alone.

    Args:
        folder: where; it is made if it isn't there.
        name: of the file.
        text: what it is to hold.
        lasting: whether to wait until it is on the disk; not worth it for one of many that nobody would miss.

    Raises:
        UnwritableError: the folder can't be made, or the file can't be written.
    """
    target = folder / name
    partial = None
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor, partial = _new_file(folder, name)
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            if lasting:
                os.fsync(descriptor)
        partial.replace(target)
    except BaseException as error:
        if partial is not None:
            with contextlib.suppress(OSError):
                partial.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise UnwritableError(_words(target, error)) from None
        raise
    return target


def _new_file(folder: Path, name: str) -> tuple[int, Path]:
    path = folder / f".{name}-{os.urandom(4).hex()}"
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666), path


def _words(path: Path, error: OSError) -> str:
    why = error.strerror or str(error)
    shown = os.fsencode(path).decode("utf-8", "backslashreplace")
    return f"{shown} can't be written: {why}. Give --out a folder that can be, with some room left."
