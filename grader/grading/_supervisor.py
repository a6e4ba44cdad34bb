"""The supervisor: forks a worker for each run, and leaves nothing of it behind. It holds no secret.

One process, the nursery, imports the libraries once and forks a *slot* for each run that may happen at the same time. A slot
forks one worker after another. Both adopt what their descendants leave behind, so that every process can be found and
ended.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import gc
import json
import multiprocessing
import os
import resource
import selectors
import signal
import socket
import sys
import tempfile
from typing import Any, NoReturn

from grader.grading import _worker
from grader.grading._adopted import CHILD_SUBREAPER, DEATH_SIGNAL, DUMPABLE, NO_NEW_PRIVS, end_descendants, prctl
from grader.grading._wire import encode
from grader.simulation import Environment

_OPEN_FILES = 256
_FILE_SIZE = 16 << 20
_MEMORY = 3 << 30
_EXTRA_PROCESSES = 512
_CPU_GRACE_SECONDS = 2

_preloaded = (asyncio, concurrent.futures, multiprocessing)


def main(descriptor: int, forget: list[str]) -> NoReturn:
    """Run the nursery: fork a slot for each connection that arrives on the socket `descriptor`.

    Args:
        descriptor: a Unix socket to the judge.
        forget: entries of `sys.path` that a submission must not import from.
    """
    control = socket.socket(fileno=descriptor)
    prctl(CHILD_SUBREAPER, 1)
    prctl(DUMPABLE, 0)
    prctl(NO_NEW_PRIVS, 1)
    with Environment():
        pass
    sys.path[:] = [entry for entry in sys.path if entry not in forget]
    processes = _count_processes()
    gc.collect()
    gc.freeze()
    control.sendall(b"r")
    slots: set[int] = set()
    signal.signal(signal.SIGCHLD, lambda *_: end_descendants(spare=slots))
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, 1, 1)
        if not message:
            end_descendants()
            os._exit(0)
        pid = os.fork()
        if pid == 0:
            control.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            _die_with_parent()
            _Slot(socket.socket(fileno=descriptors[0]), processes).run()
        slots.add(pid)
        for received in descriptors:
            os.close(received)


class _Slot:
    """Runs one worker at a time, on the judge's word."""

    def __init__(self, control: socket.socket, processes: int) -> None:
        self._control = control
        self._processes = processes
        prctl(CHILD_SUBREAPER, 1)
        prctl(DUMPABLE, 0)
        self._wake, wakeup = socket.socketpair()
        self._wake.setblocking(False)
        wakeup.setblocking(False)
        self._wakeup = wakeup
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(wakeup.fileno(), warn_on_full_buffer=False)

    def run(self) -> NoReturn:
        while True:
            message, descriptors, _, _ = socket.recv_fds(self._control, 1 << 20, 2)
            if not message:
                os._exit(0)
            while not message.endswith(b"\n"):
                message += self._control.recv(1 << 20)
            job = json.loads(message)
            connection, output = descriptors
            pid = os.fork()
            if pid == 0:
                self._become_worker(connection, output, job)
            os.close(connection)
            os.close(output)
            status, memory = self._watch(pid)
            strays = end_descendants(session=pid)
            self._control.sendall(encode({"status": status, "strays": strays, "memory": memory}))

    def _watch(self, pid: int) -> tuple[int | None, int]:
        """Wait until the worker has ended, or the judge wants it to.

        Returns:
            How it ended by itself, and the most memory that it used, in bytes.
        """
        with selectors.DefaultSelector() as selector:
            selector.register(self._control, selectors.EVENT_READ)
            selector.register(self._wake, selectors.EVENT_READ)
            while True:
                if os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None:
                    # Its group is ended before its number is given back to the system.
                    _end_group(pid)
                    _, status, usage = os.wait4(pid, 0)
                    return os.waitstatus_to_exitcode(status), _bytes(usage)
                ready = {key.fileobj for key, _ in selector.select()}
                if self._control in ready:
                    if not self._control.recv(1):
                        _end_group(pid)
                        end_descendants(session=pid)
                        os._exit(0)
                    _end_group(pid)
                    return None, _bytes(os.wait4(pid, 0)[2])
                with contextlib.suppress(BlockingIOError):
                    self._wake.recv(4096)

    def _become_worker(self, connection: int, output: int, job: dict[str, Any]) -> NoReturn:
        status = 1
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.setsid()
            _die_with_parent()
            prctl(DUMPABLE, 1)
            os.dup2(output, 1)
            os.dup2(output, 2)
            os.close(output)
            null = os.open(os.devnull, os.O_RDONLY)
            os.dup2(null, 0)
            os.close(null)
            self._control.close()
            self._wake.close()
            self._wakeup.close()
            _limit(job["cpu_seconds"], self._processes)
            os.chdir(job["folder"])
            os.environ.clear()
            os.environ.update(PATH="/usr/bin:/bin", HOME=job["folder"], TMPDIR=job["folder"], LANG="C.UTF-8")
            tempfile.tempdir = None
            _worker.serve(socket.socket(fileno=connection), job)
        finally:
            os._exit(status)


def _bytes(usage: resource.struct_rusage) -> int:
    return usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def _die_with_parent() -> None:
    prctl(DEATH_SIGNAL, signal.SIGKILL)


def _limit(cpu_seconds: float, processes: int) -> None:
    cpu = int(cpu_seconds) + _CPU_GRACE_SECONDS
    limits = {
        resource.RLIMIT_CPU: cpu,
        resource.RLIMIT_FSIZE: _FILE_SIZE,
        resource.RLIMIT_NOFILE: _OPEN_FILES,
        resource.RLIMIT_CORE: 0,
    }
    if sys.platform == "linux":
        limits[resource.RLIMIT_AS] = _MEMORY
        limits[resource.RLIMIT_NPROC] = processes + _EXTRA_PROCESSES
    for limit, value in limits.items():
        _, hard = resource.getrlimit(limit)
        ceiling = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(limit, (ceiling, ceiling))


def _count_processes() -> int:
    """Count this user's processes and threads: the system's limit counts all of them."""
    if sys.platform != "linux":
        return 0
    total = 0
    for name in os.listdir("/proc"):
        if name.isdigit():
            with contextlib.suppress(OSError):
                if os.stat(f"/proc/{name}").st_uid == os.getuid():
                    total += len(os.listdir(f"/proc/{name}/task"))
    return total


def _end_group(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
