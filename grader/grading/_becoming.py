"""What a process goes through between its fork and the first line of a submission's code."""

from __future__ import annotations

import os
import socket
import tempfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn

from grader.grading import _worker
from grader.grading._adopted import DUMPABLE, NO_NEW_PRIVS, die_with, prctl
from grader.grading._bounds import bound, go_first
from grader.grading._descriptors import close_all_but
from grader.grading._privileges import drop_capabilities
from grader.grading._shortcut import short_path

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from grader.grading._confining import Confinement
    from grader.grading._privileges import Demotion
    from grader.grading._seccomp import Filter

_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"}
_KEPT = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")


@dataclass(frozen=True, slots=True)
class Run:
    """One run, as the slot that keeps watch over it knows it.

    Attributes:
        job: what the judge wants to be run.
        folder: the run's own folder, made for it.
        file: the submission's file in there.
        connection: descriptor of the worker's connection to the judge.
        output: descriptor that the program's output goes to.
        stack: descriptor that the worker's fault handler writes to.
    """

    job: dict[str, Any]
    folder: Path
    file: Path
    connection: int
    output: int
    stack: int


@dataclass(frozen=True, slots=True)
class Descent:
    """How a worker comes to have few rights.

    Attributes:
        way_down: how to give up root; None if that isn't possible or needed.
        confinement: what it is to keep of what it may do with files and other processes; None where there is no way to
            take any of it.
        filters: of system calls, for programs with real sockets and without; empty where there is no such thing.
    """

    way_down: Demotion | None
    confinement: Confinement | None
    filters: Mapping[bool, Filter]

    def go(self, folder: Path, user: int, *, sockets: bool) -> set[int]:
        """Take these rights from this process.

        Args:
            folder: its own.
            user: number of the user to become, if it is root.
            sockets: whether it may make real ones.

        Returns:
            Descriptors to leave open.

        Raises:
            OSError: the system doesn't let it.
        """
        if self.way_down is None:
            drop_capabilities()
        else:
            self.way_down.become(user)
        prctl(DUMPABLE, 1)
        go_first()
        prctl(NO_NEW_PRIVS, 1)
        kept = set() if self.confinement is None else {self.confinement.confine(folder, tcp=sockets)}
        if self.filters:
            self.filters[sockets].restrain()
        return kept


def become_worker(run: Run, slot: int, others: int, descent: Descent, user: int) -> NoReturn:
    """Turn this process, a new child of a slot, into a worker: it owns nothing, knows nothing and may do little.

    Args:
        run: what it is for.
        slot: number of the slot's process, with which it ends.
        others: processes and threads of this user that are none of the worker's.
        descent: how it gives up what it could do.
        user: number of the user to become, if this is root.
    """
    try:
        os.setsid()
        _redirect(run.output)
        bound(run.job["cpu_seconds"], others)
        kept = descent.go(run.folder, user, sockets=_has_real_sockets(run.job))
        close_all_but({0, 1, 2, run.connection, run.stack, *kept})
        die_with(slot)
        os.chdir(run.folder)
        scratch = short_path(run.folder.parent) / run.folder.name
        environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
        os.environ.clear()
        os.environ.update({**environment, **_ENVIRONMENT, "HOME": str(run.folder), "TMPDIR": str(scratch)})
        tempfile.tempdir = None
        _worker.serve(socket.socket(fileno=run.connection), run.file, run.stack, run.job)
    finally:
        os._exit(1)


def _has_real_sockets(job: dict[str, Any]) -> bool:
    """Tell whether a program's sockets are not simulated: with processes, and on the real clock."""
    return bool(job["pace"]) or "processes" in job["request"]


def _redirect(output: int) -> None:
    """Close standard input, and send all output to where it is read and bounded."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.close(nothing)
    os.close(output)
