"""A short way to a folder with a long path.

The names of Unix sockets have room for about a hundred characters. `multiprocessing` puts such sockets into the folder
for temporary files, and would fail there if that has a long path itself.
"""

from __future__ import annotations

import contextlib
from pathlib import Path

_LONGEST = 60
"""Characters of the folder's path that leave room for a run's folder in it, and the names that come below that."""


def make_shortcut(folder: Path) -> None:
    """Make a link with a short path to a folder that has a long one, where that is possible."""
    link = _link(folder)
    if link is not None:
        with contextlib.suppress(OSError):
            link.symlink_to(folder)


def short_path(folder: Path) -> Path:
    """Return the link to a folder, if one was made, else the folder."""
    link = _link(folder)
    return link if link is not None and _leads_to(link, folder) else folder


def remove_shortcut(folder: Path) -> None:
    """Remove the link to a folder, if one was made."""
    link = _link(folder)
    if link is not None and _leads_to(link, folder):
        with contextlib.suppress(OSError):
            link.unlink()


def _link(folder: Path) -> Path | None:
    place = Path("/tmp")  # noqa: S108 - the name in it can't be foreseen, and what it leads to is looked at
    return place / folder.name if len(str(folder)) > _LONGEST and folder.parent != place else None


def _leads_to(link: Path, folder: Path) -> bool:
    try:
        return link.readlink() == folder
    except OSError:
        return False
