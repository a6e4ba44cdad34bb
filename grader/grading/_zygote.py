"""Starting Python quickly: by a fork of a process that has imported everything and knows no submission.

The start methods ``spawn`` and ``forkserver`` start Python anew, which takes a tenth of a second with all that a child
then imports: a scenario with processes would spend most of its time there. A zygote is forked from a worker before the
submission is loaded. Asked for ``python -c …``, it forks a process that becomes what a new Python is (`_newborn`).
Whatever else is started is started as ever, and so is Python where there is no zygote.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import multiprocessing.util
import os
import platform
import socket
import sys
import threading
from typing import TYPE_CHECKING, Any, NoReturn

from grader.grading._adopted import CHILD_SUBREAPER, die_with, prctl
from grader.grading._descriptors import close_all_but
from grader.grading._newborn import Birth, be_born

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_CLONE = {"x86_64": 56, "aarch64": 220}
"""Number of the system call, by machine."""

_WORD = 8
_DESCRIPTORS = 253
"""As many as Linux lets one message carry."""


def may_start_python(method: str | None, source: bytes) -> bool:
    """Tell whether a program may start Python: because that is how its processes start, or its text says so.

    One that does so nevertheless is none the worse for it, only slower.

    Args:
        method: the start method that is its default; None: the platform's.
        source: its text.
    """
    return method != "fork" or any(
        f"{quote}{name}{quote}".encode() in source for name in ("spawn", "forkserver") for quote in "\"'"
    )


def start_quickly() -> None:
    """Let this process start Python by way of a zygote from now on, where the system has what that takes.

    It must have one thread, and no submission yet.
    """
    with contextlib.suppress(OSError):
        multiprocessing.util.spawnv_passfds = _by_way_of(Zygote(), multiprocessing.util.spawnv_passfds)


class Zygote:
    """A process's own zygote, and the way to it."""

    def __init__(self) -> None:
        """Fork it.

        Raises:
            OSError: that isn't possible here.
        """
        self._parent = os.getpid()
        self._lock = threading.Lock()
        self._connection, theirs = socket.socketpair()
        if _fork_unseen() == 0:
            try:
                die_with(self._parent)
                close_all_but({theirs.fileno()})
                _serve(theirs)
            finally:
                os._exit(1)
        theirs.close()

    def start(self, code: str, arguments: Sequence[str], passed: Sequence[int]) -> int:
        """Run code as ``python -c`` does, in a new child of this process.

        Args:
            code: Python's.
            arguments: what follows in `sys.argv`.
            passed: descriptors that are open in the child, under the same numbers, besides the standard streams.

        Returns:
            The child's number.

        Raises:
            OSError: no process can be started, or the zygote is gone, or this process isn't the one that it is for.
        """
        if os.getpid() != self._parent:
            raise OSError(errno.ECHILD, "another process's zygote")
        numbers = [*filter(_is_open, range(3)), *passed]
        birth = Birth(code, [*arguments], dict(os.environ), numbers).encoded()
        folder = os.open(".", os.O_RDONLY | os.O_DIRECTORY)
        try:
            with self._lock, _adopting():
                socket.send_fds(self._connection, [len(birth).to_bytes(_WORD, "big")], [folder, *numbers])
                self._connection.sendall(birth)
                pid = int.from_bytes(_received(self._connection, _WORD), "big", signed=True)
        except BaseException:
            # What it says from now on would be taken for the answer to another question.
            self._connection.close()
            raise
        finally:
            os.close(folder)
        if pid < 0:
            raise OSError(-pid, os.strerror(-pid))
        return pid


def _by_way_of(zygote: Zygote, really: Callable[..., int]) -> Callable[..., int]:
    """Return what stands in for `multiprocessing.util.spawnv_passfds`."""

    def spawnv_passfds(path: str | bytes, args: Sequence[Any], passfds: Sequence[int]) -> int:
        """Start a program with only some descriptors open."""
        if os.fsencode(path) == os.fsencode(sys.executable) and "-c" in args:
            code, *arguments = args[args.index("-c") + 1 :]
            with contextlib.suppress(OSError):
                return zygote.start(code, arguments, passfds)
        return really(path, args, passfds)

    return spawnv_passfds


@contextlib.contextmanager
def _adopting() -> Iterator[None]:
    """Be the one who gets orphans meanwhile: so a grandchild becomes a child."""
    prctl(CHILD_SUBREAPER, 1)
    try:
        yield
    finally:
        prctl(CHILD_SUBREAPER, 0)


def _fork_unseen() -> int:
    """Fork a child for which no `os.wait` waits, as no signal tells of its end: a program's own children are enough.

    Raises:
        OSError: the system doesn't let it, or isn't known.
    """
    number = _CLONE.get(platform.machine()) if sys.platform == "linux" and sys.maxsize > 1 << 32 else None
    if number is None:
        raise OSError(errno.ENOSYS, "no system call is known for this machine")
    # Unlike another library's, a call of Python's own keeps the interpreter's lock, as `os.fork` does.
    system = ctypes.PyDLL(None, use_errno=True)
    ctypes.pythonapi.PyOS_BeforeFork()
    pid: int = system.syscall(number, 0, 0, 0, 0, 0)
    if pid == 0:
        ctypes.pythonapi.PyOS_AfterFork_Child()
        return 0
    error = ctypes.get_errno()
    ctypes.pythonapi.PyOS_AfterFork_Parent()
    if pid < 0:
        raise OSError(error, os.strerror(error))
    return pid


def _serve(connection: socket.socket) -> NoReturn:
    """Be the zygote, until its parent has ended."""
    while True:
        head, descriptors, _, _ = socket.recv_fds(connection, _WORD, _DESCRIPTORS)
        if not head:
            os._exit(0)
        birth = Birth.of(_received(connection, int.from_bytes(head, "big")))
        pid = _bring_forth(connection, birth, descriptors)
        for descriptor in descriptors:
            os.close(descriptor)
        connection.sendall(pid.to_bytes(_WORD, "big", signed=True))


def _bring_forth(connection: socket.socket, birth: Birth, descriptors: list[int]) -> int:
    """Fork a child that forks another and ends; return the number of the latter, or an error's, negative."""
    reader, writer = os.pipe()
    gate, held = os.pipe()
    pid = _fork()
    if pid == 0:
        pid = _fork()
        if pid == 0:
            connection.close()
            os.close(held)
            os.read(gate, 1)  # until nobody holds it, which is when its parent has ended
            folder, *others = descriptors
            be_born(birth, folder, others)
        os.write(writer, pid.to_bytes(_WORD, "big", signed=True))
        os._exit(0)
    os.close(writer)
    os.close(gate)
    if pid > 0:
        os.waitpid(pid, 0)
        pid = int.from_bytes(os.read(reader, _WORD), "big", signed=True)
    os.close(reader)
    os.close(held)
    return pid


def _fork() -> int:
    """Return what `os.fork` does, or an error's number, negative."""
    try:
        return os.fork()
    except OSError as error:
        return -(error.errno or errno.EAGAIN)


def _is_open(descriptor: int) -> bool:
    try:
        os.fstat(descriptor)
    except OSError:
        return False
    return True


def _received(connection: socket.socket, length: int) -> bytes:
    """Return that many bytes.

    Raises:
        ConnectionError: the other side is gone.
    """
    data = b""
    while len(data) < length:
        part = connection.recv(length - len(data))
        if not part:
            msg = "the other side is gone"
            raise ConnectionError(msg)
        data += part
    return data
