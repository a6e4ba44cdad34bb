"""Finding out what isolation there is: not by asking the system, but by trying what a worker must not be able to do."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import json
import os
import socket
import sys
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from grader.grading._becoming import Descent
from grader.grading._confining import Confinement
from grader.grading._folders import remove
from grader.grading._landlock import version
from grader.grading._libc import libc
from grader.grading._namespaces import are_apart, namespaces
from grader.grading._needed import needed
from grader.grading._privileges import Claim, look
from grader.grading._seccomp import filters
from grader.grading.isolation import Isolation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from grader.grading._privileges import Demotion
    from grader.grading.isolation import Level

_OUTSIDE = "outside"
_PLANTED = "planted"
_PRIVATE, _PIECE, _REMOVE = 0, 4096, 0


def make_outside(folder: Path) -> Path:
    """Make a file outside of all workers' own folders, which every user may read, for the trial; return it."""
    file = folder / _OUTSIDE
    file.write_text("Every user may read this.\n", encoding="ascii")
    file.chmod(0o644)
    return file


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What isolation depends on.

    Attributes:
        wanted: the level to reach, if it can be.
        folder: where the workers' folders are.
        way_down: how workers give up root, if they can.
        used: files and folders that every worker must be able to read.
        libraries: the folders that it imports from.
        hidden: files and folders that none may.
        namespaces: those of the judge.
    """

    wanted: Level
    folder: Path
    way_down: Demotion | None
    used: Sequence[str]
    libraries: Sequence[str]
    hidden: Sequence[str]
    namespaces: dict[str, str]


@dataclass
class _Found:
    """What a process could do that had become like a worker.

    Attributes:
        obstacle: why it could not be confined, or what it could not do although it must; empty if all was well.
        read: what it could read and must not.
        wrote: whether it could make a file outside of its own folder.
        emptied: whether it could empty one there.
        signalled: whether it could send a signal to the process that watches over it.
        connected: whether it could have connected to anything.
        kept: whether it could keep something in memory that stays there after its end.
    """

    obstacle: str = ""
    read: list[str] = field(default_factory=list)
    wrote: bool = False
    emptied: bool = False
    signalled: bool = False
    connected: bool = False
    kept: bool = False


def probe(around: Surroundings) -> tuple[Confinement | None, Isolation]:
    """Try how far workers can be kept apart.

    Returns:
        What confines each worker, if that is possible and wanted, and what isolation is reached with it.

    Raises:
        OSError: nothing can be tried at all.
    """
    confinement, reason = _landlock(around)
    found = _try(around, confinement)
    if confinement is not None and found.obstacle:
        confinement, reason = None, f"Files of this machine can be read: Landlock can't be used ({found.obstacle})."
        found = _try(around, None)
    is_apart = around.wanted == "bwrap" and are_apart(namespaces(), around.namespaces)
    files = reason or _files(found, around.folder)
    gaps = tuple(gap for gap in (files, *_others(found, is_apart=is_apart)) if gap)
    if is_apart and set(found.read).isdisjoint(around.hidden):
        return confinement, Isolation("bwrap", gaps)
    return confinement, Isolation("processes" if files else "landlock", gaps)


def _landlock(around: Surroundings) -> tuple[Confinement | None, str]:
    """Return what Landlock is to do, or why it can do nothing."""
    if around.wanted == "processes":
        return None, "Files of this machine can be read: Landlock was left away."
    if version():
        return Confinement(needed(around.libraries)), ""
    if sys.platform == "linux":
        why = "this kernel has no Landlock, or it isn't switched on (Linux 5.13 and newer have it)"
    else:
        why = "only Linux has Landlock"
    return None, f"Files of this machine can be read: {why}."


def _files(found: _Found, folder: Path) -> str:
    """Say what is wrong with the promise that only some files can be read, and none be written."""
    others = [path for path in found.read if not Path(path).is_relative_to(folder)]
    if others:
        return f"{others[0]} can be read, as it lies where Python's own files are."
    if found.read or found.wrote:
        return "Files outside of a program's own folder can be read or written: Landlock doesn't hold here."
    if found.emptied:
        return (
            "Files of this machine can be emptied: the Landlock of this kernel is too old (Linux 6.2 has a newer one)."
        )
    return ""


def _others(found: _Found, *, is_apart: bool) -> Iterator[str]:
    """Yield what else stays open."""
    if found.signalled:
        yield "Other processes of the same user can be sent signals (Landlock keeps it from that from Linux 6.12 on)."
    if found.kept and not is_apart:
        yield "Memory can be kept after the end of a program, as System V has it (not with --sandbox bwrap)."
    if not is_apart:
        when = "Always" if found.connected else "In checks with processes"
        what = "the network and sockets with a path, as a desktop session has them, can be reached"
        yield f"{when}, {what} (not with --sandbox bwrap)."


def _try(around: Surroundings, confinement: Confinement | None) -> _Found:
    """Let a process become like a worker, and see what it can do."""
    own = around.folder / "trial"
    reader, writer = os.pipe()
    watching = os.getpid()
    try:
        own.mkdir(mode=0o700)
        with contextlib.ExitStack() as until_it_is_tried:
            user = 0
            if around.way_down is not None:
                user = until_it_is_tried.enter_context(contextlib.closing(Claim())).user
                os.chown(own, user, user)
            pid = os.fork()
            if pid == 0:
                try:
                    found = _tried(around, Descent(around.way_down, confinement, filters()), own, user, watching)
                    os.write(writer, json.dumps(asdict(found)).encode())
                finally:
                    os._exit(0)
            os.close(writer)
            with os.fdopen(reader, "rb") as told:
                text = told.read()
            os.waitpid(pid, 0)
    finally:
        remove(own)
        around.folder.joinpath(_PLANTED).unlink(missing_ok=True)
    return _Found(**json.loads(text)) if text else _Found("whoever tries it dies")


def _tried(around: Surroundings, descent: Descent, own: Path, user: int, watching: int) -> _Found:
    found = _Found()
    try:
        descent.go(own, user, sockets=False)
    except OSError as error:
        return _Found(str(error))
    if not _can(own.joinpath("file").touch) or not _can(lambda: os.open(os.devnull, os.O_RDWR)):
        found.obstacle = "nothing can be written then"
    for path in around.used:
        if not _can(partial(look, path)):
            found.obstacle = f"{path} can't be read then"
    outside = str(around.folder / _OUTSIDE)
    found.read = [path for path in (outside, *around.hidden) if _can(partial(look, path))]
    found.wrote = _can(around.folder.joinpath(_PLANTED).touch)
    found.emptied = _can(lambda: os.truncate(outside, 0))
    found.signalled = _can(lambda: os.kill(watching, 0))
    found.connected = _can(_connect)
    found.kept = _can(_keep)
    return found


def _can(action: Callable[[], object]) -> bool:
    try:
        action()
    except OSError:
        return False
    return True


def _connect() -> None:
    """Connect to a socket that isn't there.

    Raises:
        PermissionError: that isn't allowed at all.
    """
    with socket.socket(socket.AF_UNIX) as trial:
        if trial.connect_ex(str(Path(os.devnull, "nobody"))) == errno.EACCES:
            raise PermissionError


def _keep() -> None:
    """Make a piece of System V shared memory, and remove it.

    Raises:
        OSError: it can't be made.
    """
    number = libc().shmget(_PRIVATE, _PIECE, 0o600)
    if number < 0:
        raise OSError(ctypes.get_errno(), "shmget")
    libc().shmctl(number, _REMOVE, None)
