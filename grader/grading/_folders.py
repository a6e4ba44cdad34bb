"""Removing a folder that a submission has had in its hands."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def remove(folder: Path) -> None:
    """Remove a folder and all that is in it, as far as that is possible at all.

    No link is followed, and permissions don't matter. Deep trees are taken apart from the top, level by level: neither
    recursion nor the length of a path is without limits.
    """
    top = str(folder)
    names = 0
    progress = True
    while progress:
        progress = False
        for path in _inside(top):
            for inner in _inside(path):
                names += 1
                progress |= _moved(inner, f"{top}/.{names}") if _is_folder(inner) else _gone(inner)
            progress |= _gone(path)
    _gone(top)


def _inside(path: str) -> list[str]:
    """Return the paths of what is in a folder; nothing if it is none."""
    if not _is_folder(path):
        return []
    with contextlib.suppress(OSError):
        os.chmod(path, 0o700)  # noqa: PTH101 - plain strings all through: there may be very many
    with contextlib.suppress(OSError), os.scandir(path) as entries:
        return [entry.path for entry in entries]
    return []


def _is_folder(path: str) -> bool:
    return os.path.isdir(path) and not os.path.islink(path)  # noqa: PTH112, PTH114 - as above


def _moved(path: str, target: str) -> bool:
    with contextlib.suppress(OSError):
        os.chmod(path, 0o700)  # noqa: PTH101 - as above; who may not write to a folder may not move it
        os.rename(path, target)  # noqa: PTH104 - as above
        return True
    return False


def _gone(path: str) -> bool:
    with contextlib.suppress(OSError):
        if _is_folder(path):
            os.rmdir(path)  # noqa: PTH106 - as above
        else:
            os.unlink(path)  # noqa: PTH108 - as above
        return True
    return False
