"""The simulated lock and re-entrant lock; everything else that `threading` offers is built on these two."""

from __future__ import annotations

import _thread
import sys
import threading
import time
from collections import deque
from typing import TYPE_CHECKING, Any, NoReturn, cast

from grader.simulation import _scheduler
from grader.simulation._clock import nanoseconds
from grader.simulation._states import OUTSIDE, SimulatedThread, Waiting

if TYPE_CHECKING:
    from typing import Self

    from grader.simulation._scheduler import Scheduler
    from grader.simulation._trace import Site

_real_lock = _thread.allocate_lock
_real_rlock = _thread.RLock
_real_sleep = time.sleep
_real_monotonic = time.monotonic
_OUTSIDE_POLL_SECONDS = 0.001
_outside_guard = _real_lock()


class SimulatedLock:
    """Stands in for `threading.Lock`: first come, first served.

    Threads that don't belong to the simulation get a real lock when they make one. Where such a thread uses this one
    nevertheless, because it was made inside and kept, it still excludes, by polling.
    """

    __slots__ = ("__weakref__", "_taken_time", "_waiters", "made_at", "number", "owner", "taken_at")

    def __new__(cls) -> Self:
        """Make a simulated lock, or a real one for a thread that isn't simulated."""
        if _scheduler.running_scheduler() is not None and _scheduler.active() is None:
            return cast("Self", _real_lock())
        return object.__new__(cls)

    def __init__(self) -> None:
        self.owner: SimulatedThread | None = None
        self._waiters: deque[SimulatedThread] = deque()
        self.taken_at: Site | None = None
        self._taken_time = 0
        self.number: int | None = None
        self.made_at: Site | None = None
        scheduler = _scheduler.active()
        if scheduler is not None and scheduler.trace.enabled:
            self.made_at = scheduler.trace.site(sys._getframe(1))
            if self.made_at is not None:
                self.number = next(scheduler.lock_numbers)

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:  # noqa: FBT001, FBT002 - the real signature
        """Take the lock, as `threading.Lock.acquire` does, in virtual time."""
        if timeout != -1:
            # Wrong arguments get the real lock's errors; right ones take a free lock at once.
            _real_lock().acquire(blocking, timeout)
        scheduler = _scheduler.active()
        if scheduler is None:
            return self._acquire_outside(blocking=blocking, timeout=timeout)
        thread = scheduler.running
        if self.owner is None:
            self.owner = thread
        elif not blocking or timeout == 0:
            scheduler.spin()
            return False
        else:
            self._waiters.append(thread)
            limit = None if timeout == -1 else nanoseconds(timeout)
            try:
                got_it = scheduler.park(Waiting("lock", self), limit)
            except BaseException:
                self._give_up(thread)
                raise
            if not got_it:
                if thread in self._waiters:
                    self._waiters.remove(thread)
                return False
        if scheduler.trace.enabled:
            self.taken_at = _direct_site(scheduler)
            self._taken_time = scheduler.now
        return True

    def release(self) -> None:
        """Release the lock to the thread that has waited longest, if any.

        Raises:
            RuntimeError: the lock isn't held.
        """
        if self.owner is None:
            msg = "release unlocked lock"
            raise RuntimeError(msg)
        scheduler = _scheduler.active()
        if self.taken_at is not None:
            if scheduler is not None and self.number is not None:
                scheduler.record("hold", self.taken_at, on=self.number, began=self._taken_time)
            self.taken_at = None
        self.owner = None
        while self._waiters and scheduler is not None:
            following = self._waiters.popleft()
            # One whose time-out has come before waits no more.
            if scheduler.wake(following):
                self.owner = following
                break

    def locked(self) -> bool:
        """Tell whether any thread holds the lock."""
        scheduler = _scheduler.active()
        if scheduler is not None:
            scheduler.spin()
        return self.owner is not None

    # Names of old that the real lock still has.
    acquire_lock = acquire
    release_lock = release
    locked_lock = locked

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *exc_info: object) -> None:
        self.release()

    def __repr__(self) -> str:
        state = "locked" if self.owner is not None else "unlocked"
        return f"<{state} simulated lock>"

    def __reduce__(self) -> NoReturn:
        """Refuse to be copied or pickled, as the real lock does."""
        msg = "cannot pickle '_thread.lock' object"
        raise TypeError(msg)

    # `threading.Condition` asks for these; without `_is_owned` it would try the lock at each notify.

    def _is_owned(self) -> bool:
        return self.owner is not None

    def _at_fork_reinit(self) -> None:
        self.owner = None
        self._waiters.clear()

    def _give_up(self, thread: SimulatedThread) -> None:
        """Forget a wait that was interrupted, whether or not the lock has been handed over meanwhile."""
        if thread in self._waiters:
            self._waiters.remove(thread)
        elif self.owner is thread:
            self.release()

    def _acquire_outside(self, *, blocking: bool, timeout: float) -> bool:
        deadline = None if timeout == -1 else _real_monotonic() + timeout
        while True:
            with _outside_guard:
                if self.owner is None:
                    self.owner = OUTSIDE
                    return True
            if not blocking or (deadline is not None and _real_monotonic() >= deadline):
                return False
            _real_sleep(_OUTSIDE_POLL_SECONDS)


class SimulatedRLock:
    """Stands in for `threading.RLock`."""

    __slots__ = ("__weakref__", "_count", "_lock", "_owner")

    def __new__(cls) -> Self:
        """Make a simulated lock, or a real one for a thread that isn't simulated."""
        if _scheduler.running_scheduler() is not None and _scheduler.active() is None:
            return cast("Self", _real_rlock())
        return object.__new__(cls)

    def __init__(self) -> None:
        self._lock = SimulatedLock()
        self._owner: int | None = None
        self._count = 0

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:  # noqa: FBT001, FBT002 - the real signature
        """Take the lock once more, as `threading.RLock.acquire` does, in virtual time."""
        me = _scheduler.get_ident()
        if self._owner == me:
            self._count += 1
            return True
        if not self._lock.acquire(blocking, timeout):
            return False
        self._owner = me
        self._count = 1
        return True

    def release(self) -> None:
        """Release the lock once; the last release lets the next thread in.

        Raises:
            RuntimeError: the calling thread doesn't hold the lock.
        """
        if self._owner != _scheduler.get_ident():
            msg = "cannot release un-acquired lock"
            raise RuntimeError(msg)
        self._count -= 1
        if not self._count:
            self._owner = None
            self._lock.release()

    if sys.version_info >= (3, 14):

        def locked(self) -> bool:
            """Tell whether any thread holds the lock."""
            return self._lock.locked()

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *exc_info: object) -> None:
        self.release()

    def __reduce__(self) -> NoReturn:
        """Refuse to be copied or pickled, as the real lock does."""
        msg = "cannot pickle '_thread.RLock' object"
        raise TypeError(msg)

    def __repr__(self) -> str:
        return f"<simulated re-entrant lock, held {self._count} times>"

    # What `threading.Condition` uses on a re-entrant lock.

    def _is_owned(self) -> bool:
        return self._owner == _scheduler.get_ident()

    def _release_save(self) -> tuple[int, int | None]:
        if not self._count:
            msg = "cannot release un-acquired lock"
            raise RuntimeError(msg)
        state = (self._count, self._owner)
        self._count = 0
        self._owner = None
        self._lock.release()
        return state

    def _acquire_restore(self, state: tuple[int, int | None]) -> None:
        self._lock.acquire()
        self._count, self._owner = state

    def _recursion_count(self) -> int:
        return self._count if self._is_owned() else 0

    def _at_fork_reinit(self) -> None:
        self._lock._at_fork_reinit()
        self._owner = None
        self._count = 0


def _direct_site(scheduler: Scheduler) -> Site | None:
    """Return the watched line that takes a lock itself; locks inside library objects have none."""
    frame: Any = sys._getframe(2)
    while frame is not None:
        code = frame.f_code
        if code.co_filename in scheduler.trace.watch:
            return scheduler.trace.site(frame)
        if code.co_filename != __file__ and code.co_qualname != "Condition.__enter__":
            return None
        frame = frame.f_back
    return None


_REAL_TYPES = (threading.Lock, _thread.allocate_lock, _thread.LockType)

REPLACEMENTS: dict[Any, Any] = {**dict.fromkeys(_REAL_TYPES, SimulatedLock), _thread.RLock: SimulatedRLock}
"""Each real lock class or maker of locks, and what stands in for it; what programs use first."""
