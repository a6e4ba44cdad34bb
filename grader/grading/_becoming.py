"""What a process goes through between its fork and the first line of a submission's code."""

from __future__ import annotations

import os
import socket
import tempfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn

from grader.grading import _worker
from grader.grading._adopted import DUMPABLE, die_with, prctl
from grader.grading._bounds import bound
from grader.grading._privileges import Demotion, drop_capabilities
from grader.grading._shortcut import short_path

if TYPE_CHECKING:
    from pathlib import Path

_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
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


def become_worker(run: Run, slot: int, others: int, way_down: tuple[Demotion, int] | None) -> NoReturn:
    """Turn this process, a new child of a slot, into a worker: it owns nothing, knows nothing and may do little.

    Args:
        run: what it is for.
        slot: number of the slot's process, with which it ends.
        others: processes and threads of this user that are none of the worker's.
        way_down: how to give up root, and the number of the user to become; None if that isn't possible or needed.
    """
    try:
        os.setsid()
        _redirect(run.output)
        bound(run.job["cpu_seconds"], others)
        if way_down is None:
            drop_capabilities()
        else:
            demotion, user = way_down
            demotion.become(user)
        die_with(slot)
        prctl(DUMPABLE, 1)
        os.chdir(run.folder)
        scratch = short_path(run.folder.parent) / run.folder.name
        kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
        os.environ.clear()
        os.environ.update({**kept, **_ENVIRONMENT, "HOME": str(run.folder), "TMPDIR": str(scratch)})
        tempfile.tempdir = None
        _worker.serve(socket.socket(fileno=run.connection), run.file, run.stack, run.job)
    finally:
        os._exit(1)


def _redirect(output: int) -> None:
    """Close standard input, and send all output to where it is read and bounded."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.close(nothing)
    os.close(output)
