"""Stages gradings in which something goes wrong: a process that has imported everything, and forks a judge for each.

It adopts whatever a grading leaves, so it knows when the last process of it is gone. It is run by itself, with the
course's folder as its argument; it reads a line of JSON for each grading, and answers with one.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import runpy
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any, NoReturn

from _pytest.config import default_plugins

import grader.cli  # noqa: F401 - a judge needs it, and begins with everything loaded
from grader.course import verification  # noqa: F401 - as above
from grader.grading import _nursery, workers
from grader.grading._adopted import CHILD_SUBREAPER, end_children, prctl
from grader.tests.faults.injector import Fault, Injector

_HUNG_SECONDS = 60
_CAPTURED = ("out", "err")


class WarmNursery:
    """Stands in for the `subprocess.Popen` of a nursery: forked from here, where all that it imports is loaded."""

    def __init__(self, _command: list[str], *, pass_fds: list[int], env: dict[str, str], **_: object) -> None:
        self.returncode: int | None = None
        self.pid = os.fork()
        if self.pid == 0:
            try:
                self._become(pass_fds[0], env)
            finally:
                os._exit(1)

    def poll(self) -> int | None:
        """Return the exit status, if it has ended."""
        return self._look(os.WNOHANG)

    def wait(self, timeout: float | None = None) -> int | None:
        """Wait until it has ended; whatever hangs is ended by the theatre."""
        return self._look(0)

    def kill(self) -> None:
        """End it."""
        if self.poll() is None:
            os.kill(self.pid, signal.SIGKILL)

    def _look(self, options: int) -> int | None:
        if self.returncode is None:
            ended, status = os.waitpid(self.pid, options)
            self.returncode = os.waitstatus_to_exitcode(status) if ended else None
        return self.returncode

    @staticmethod
    def _become(descriptor: int, env: dict[str, str]) -> NoReturn:
        os.setsid()
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGALRM):
            signal.signal(number, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        nothing = os.open(os.devnull, os.O_RDWR)
        for standard in (0, 1):
            os.dup2(nothing, standard)
        os.closerange(3, descriptor)
        os.closerange(descriptor + 1, 1024)
        os.environ.clear()
        os.environ.update(env)
        os.chdir("/")
        _nursery.main(descriptor)


def main() -> None:
    """Stage one grading after another."""
    course = Path(sys.argv[1])
    for name in default_plugins:
        importlib.import_module(f"_pytest.{name}")
    prctl(CHILD_SUBREAPER, 1)
    gc.collect()
    gc.freeze()  # or each process would copy what it only looks at
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGALRM, lambda *_: _give_up())
    for line in sys.stdin:
        order = json.loads(line)
        folder = Path(tempfile.mkdtemp(prefix="stage-"))
        try:
            answer = _stage(course, folder, order)
        finally:
            shutil.rmtree(folder)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def _stage(course: Path, folder: Path, order: dict[str, Any]) -> dict[str, Any]:
    """Let one grading run, and wait until nothing of it is left."""
    injector = Injector(Fault(**{**order["fault"], "does": tuple(order["fault"]["does"])}))
    (folder / "tmp").mkdir()
    _hung.clear()
    judge = os.fork()
    if judge == 0:
        try:
            _judge(course, folder, order, injector)
        finally:
            os._exit(99)
    signal.alarm(_HUNG_SECONDS)
    code = None
    while True:
        try:
            ended, status = os.wait()
        except ChildProcessError:
            break
        if ended == judge:
            code = os.waitstatus_to_exitcode(status)
    signal.alarm(0)
    kept = {path.name: path.read_text(encoding="utf-8") for path in (folder / "results").glob("*")}
    return {
        "code": code,
        **{name: (folder / name).read_text(encoding="utf-8") for name in _CAPTURED},
        "left": [str(path) for path in (folder / "tmp").iterdir()],
        "kept": kept,
        "hung": bool(_hung),
        "counts": injector.counts(),
        "struck": injector.struck(),
    }


_hung: list[bool] = []


def _give_up() -> None:
    _hung.append(True)
    end_children()


def _judge(course: Path, folder: Path, order: dict[str, Any], injector: Injector) -> NoReturn:
    """Run the command as a process of its own would."""
    os.setsid()
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    for number, name in enumerate(_CAPTURED, start=1):
        descriptor = os.open(folder / name, os.O_WRONLY | os.O_CREAT, 0o600)
        os.dup2(descriptor, number)
        os.close(descriptor)
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115 - what Python does at its start
    sys.stderr = open(2, "w", encoding="utf-8", closefd=False, buffering=1)  # noqa: SIM115 - as above
    os.environ["TMPDIR"] = str(folder / "tmp")
    tempfile.tempdir = None
    os.chdir(course)
    _simplify()
    injector.install()
    sys.argv = ["grader", "grade", *order["arguments"], "--out", str(folder / "results")]
    code: object = 0
    try:
        runpy.run_module("grader", run_name="__main__", alter_sys=True)
    except SystemExit as ended:
        code = ended.code
    with contextlib.suppress(OSError):
        sys.stdout.flush()
    os._exit(code if isinstance(code, int) else 98)


def _simplify() -> None:
    """Let one thread perform one play after another, in workers of a nursery that is there at once."""
    work = workers.WorkerPlayer._work

    def only_the_first(player: workers.WorkerPlayer) -> None:
        if threading.current_thread() is player._threads[0]:
            work(player)

    for owner, name, value in [
        (subprocess, "Popen", WarmNursery),
        (workers, "_processors", lambda: 1),
        (workers.WorkerPlayer, "_work", only_the_first),
    ]:
        setattr(owner, name, value)


if __name__ == "__main__":
    main()
