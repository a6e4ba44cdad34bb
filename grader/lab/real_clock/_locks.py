"""Locks and joins whose time-outs are scaled. All else in `threading` and `queue` waits by means of these."""

from __future__ import annotations

import _queue
import _thread
import threading
from typing import TYPE_CHECKING, Any

from grader.lab.real_clock._pace import PACE

if TYPE_CHECKING:
    from collections.abc import Callable


class ScaledLock:
    """Stands in for `threading.Lock`: a real one, which can't be derived from."""

    __slots__ = ("__weakref__", "_lock")

    _make = staticmethod(_thread.allocate_lock)

    def __init__(self) -> None:
        self._lock = self._make()

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:  # noqa: FBT001, FBT002 - the real signature
        """Take the lock."""
        return self._lock.acquire(blocking, PACE.shortened(timeout))

    def release(self) -> None:
        """Release the lock."""
        self._lock.release()

    def locked(self) -> bool:
        """Tell whether any thread holds the lock."""
        return self._lock.locked()

    # Names of old that the real lock still has.
    acquire_lock = acquire
    release_lock = release
    locked_lock = locked

    def __enter__(self) -> bool:
        return self._lock.acquire()

    def __exit__(self, *exc_info: object) -> None:
        self._lock.release()

    def _at_fork_reinit(self) -> None:
        self._lock = self._make()


class ScaledRLock(_thread.RLock):  # type: ignore[misc] # only the type checker takes it for final
    """Stands in for `threading.RLock`."""

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:  # noqa: FBT001, FBT002 - the real signature
        """Take the lock once more."""
        return super().acquire(blocking, PACE.shortened(timeout))


class ScaledSimpleQueue(_queue.SimpleQueue[Any]):
    """Stands in for `queue.SimpleQueue`, which waits for locks of its own."""

    def get(self, block: bool = True, timeout: float | None = None) -> Any:  # noqa: ANN401, FBT001, FBT002 - the real signature
        """Take the next item."""
        return super().get(block, PACE.shortened(timeout))


def scaled_join(real: Callable[..., None]) -> Callable[..., None]:
    """Make a stand-in for `threading.Thread.join`, which waits for locks of the interpreter's own."""

    def join(self: threading.Thread, timeout: float | None = None) -> None:
        """Wait until the thread has ended."""
        real(self, PACE.shortened(timeout))

    return join


REPLACEMENTS: dict[Any, Any] = {
    **dict.fromkeys((threading.Lock, _thread.allocate_lock, _thread.LockType), ScaledLock),
    _thread.RLock: ScaledRLock,
    _queue.SimpleQueue: ScaledSimpleQueue,
}
"""Each real lock class or maker of locks, and what stands in for it; what programs use first."""
