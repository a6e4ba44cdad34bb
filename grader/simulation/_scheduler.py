"""The baton, the queue of threads that can run, and the virtual clock.

Every simulated thread is a real one that waits for its own lock, the baton, and runs only while it holds it. So exactly
one runs at a time, and only the one that runs touches the scheduler's state: no other locking is needed here.
"""

from __future__ import annotations

import _thread
import heapq
import itertools
import sys
from asyncio import _get_running_loop
from collections import deque
from typing import TYPE_CHECKING, Any

from grader.simulation import _insisting
from grader.simulation._errors import SimulationStopped
from grader.simulation._states import Alarm, SimulatedThread, Standstill, Stuck, Waiting
from grader.simulation._trace import Event, Site, Trace

if TYPE_CHECKING:
    from collections.abc import Callable

# Kept before anything is replaced: the scheduler itself runs on the real one.
get_ident = _thread.get_ident

_FREE_LOOKS = 20_000
_LOOKS_PER_STEP = 10
_LOOKS_AT_NEWS = 200
_STEP = 1_000_000
_LONG_STRETCH = 10_000_000_000
_STEPS_PER_LONG_STRETCH = 1_000
_SETTLE_LIMIT = 10_000
_CLEANUP_LIMIT = 1_000
_UNWIND_LIMIT = 1_000

# What is due at the same instant comes in this order.
_ALARM, _NATURAL, _TIMEOUT = range(3)
_PATIENCE_SECONDS = 1.0


class Scheduler:
    """Decides which simulated thread runs, and when virtual time moves."""

    def __init__(self, trace: Trace, limit: int) -> None:
        self.trace = trace
        self.limit = limit
        self.now = 0
        self.main = SimulatedThread(0, "MainThread")
        self.main.ident = get_ident()
        self.running = self.main
        self.threads: list[SimulatedThread] = [self.main]
        self.ready: deque[SimulatedThread] = deque()
        self.standstill: Standstill | None = None
        self.stopping = False
        self.stopped_early = False
        self.interruption: BaseException | None = None
        self.switches = 0
        self.news = 0
        self.suspended: dict[int, Stuck] = {}
        self.coroutines: dict[int, Any] = {}
        self.choose: Callable[[deque[SimulatedThread]], SimulatedThread] = deque.popleft
        # What schedule exploration sets. The first two make more orders possible, and neither is how a real run would
        # begin; the third one hears of each look of a thread that does nothing else: how many those are by now.
        self.start_waits = True
        self.wake_together = False
        self.looked: Callable[[int], None] | None = None
        self._timers: list[tuple[int, int, int, SimulatedThread | Alarm, int]] = []
        self._pollers: list[tuple[SimulatedThread, int, Callable[[], bool]]] = []
        self._sequence = itertools.count()
        self.lock_numbers = itertools.count(1)
        self.task_numbers = itertools.count(1)
        self.future_numbers = itertools.count(1)
        self._ending: Callable[[float], object] | None = None
        self._undecided = False
        self._cleanups = 0
        self._frozen = False

    # What simulated primitives call

    def park(
        self,
        waiting: Waiting,
        timeout: int | None = None,
        *,
        ready: Callable[[], bool] | None = None,
        natural: bool = False,
    ) -> bool:
        """Give the baton away until somebody wakes this thread, `ready` turns true or `timeout` has passed.

        Args:
            waiting: what for; shown in reports.
            timeout: virtual nanoseconds, or None to wait for ever.
            ready: asked when others say that something has changed, and when no thread can run; true means wake up.
            natural: the time-out is the expected way to end, as in a sleep. Expected wake-ups come before time-outs
                that fall on the same instant: what arrives exactly in time has arrived.

        Returns:
            False if the time-out ended the wait.

        Raises:
            SimulationStopped: the simulation is over.
        """
        thread = self.running
        if self.stopping or thread.done:
            self._unwind(thread)
        if thread.looks:
            self._stop_looking(thread)
        enabled = self.trace.enabled
        site = self.trace.site(sys._getframe(1)) if enabled else None
        blocks_loop = enabled and waiting.kind != "select" and _get_running_loop() is not None
        began = self.now
        self._sleep(thread, waiting, timeout, ready, natural=natural)
        if enabled and (self.now > began or waiting.kind == "join"):
            self._record_wait(waiting, site, began, blocks_loop=blocks_loop)
        return not thread.timed_out

    def wake(self, thread: SimulatedThread) -> bool:
        """Let a parked thread run again, after those that can already run.

        Returns:
            False if it has been woken already, by its time-out or by somebody else.
        """
        if not thread.parked:
            return False
        thread.parked = False
        thread.epoch += 1
        self.ready.append(thread)
        return True

    def poll(self) -> bool:
        """Wake the threads that have waited for something that is true now, in the order in which they began to wait.

        Whoever changes something that others may wait for calls this; else it is done when no thread can run.

        Returns:
            Whether there was any.
        """
        if not self._pollers:
            return False
        waiting = []
        woken = False
        for poller in self._pollers:
            thread, epoch, ready = poller
            # Who has been woken otherwise (by its time-out, or by a signal handler that raised) waits no more.
            if thread.epoch != epoch:
                continue
            if ready():
                self.wake(thread)
                woken = True
            else:
                waiting.append(poller)
        self._pollers = waiting
        return woken

    def pause(self) -> None:
        """Let every other thread that can run go first, at the same virtual time."""
        thread = self.running
        if self.stopping or thread.done:
            self._unwind(thread)
        if self.ready:
            thread.epoch += 1
            self.ready.append(thread)
            self._switch(thread)
            if self.stopping:
                self._unwind(thread)

    def spin(self, looks: int = 1) -> None:
        """Count a look at something, or several at once, that only time or another thread can change.

        A program that looks again and again without ever waiting would hold the baton for ever. After 20,000 looks in
        a row every tenth lets time pass: to the next thing that is due, and at most 1 ms, or a thousandth of the time
        spent so once that is more than 10 s. Busy waiting ends that way, and the trace has it as ``spin``.

        Before time moves on, the other threads that can run do so, and whatever there is that is new can be looked for
        in many places.
        """
        thread = self.running
        thread.looks += looks
        if self.looked is not None:
            self.looked(thread.looks)
        if thread.looks <= _FREE_LOOKS:
            return
        if self.stopping:
            self._unwind(thread)
        if self.ready and not thread.polite:
            thread.polite = True
            thread.looks = _FREE_LOOKS - _LOOKS_PER_STEP
            self.pause()
            return
        thread.polite = False
        if thread.news != self.news:
            thread.news = self.news
            thread.looks = _FREE_LOOKS - _LOOKS_AT_NEWS
            return
        if thread.busy_since is None:
            thread.busy_since = self.now
            thread.busy_at = self.trace.site(sys._getframe(1))
        stretch = self.now - thread.busy_since
        step = _STEP if stretch < _LONG_STRETCH else stretch // _STEPS_PER_LONG_STRETCH
        due = self._next_due()
        if due is not None:
            step = min(step, max(1, due - self.now))
        # Whatever else is due at that instant comes first.
        self._sleep(thread, Waiting("sleep", detail="busy waiting"), step, None, natural=False)
        # What a program does first with its new knowledge is often another look: how late is it?
        thread.looks = _FREE_LOOKS - _LOOKS_PER_STEP

    def call_later(self, delay: int, function: Callable[[], None]) -> Alarm:
        """Have `function` called after `delay` virtual nanoseconds, before anybody who waits for that instant goes on.

        It must not wait. Time passes up to that instant if need be, so while an alarm is set there is no deadlock yet;
        with the return of the function under simulation all alarms are off.
        """
        alarm = Alarm(function)
        heapq.heappush(self._timers, (self.now + delay, _ALARM, next(self._sequence), alarm, alarm.epoch))
        return alarm

    def cleaning_up(self) -> bool:
        """Tell whether the simulation is over and the caller may go on for a moment without waiting.

        An event loop whose run has been stopped still has its tasks to cancel: it polls once for each step of that.
        """
        if not self.stopping:
            return False
        self._cleanups += 1
        return self._cleanups <= _CLEANUP_LIMIT

    def record(self, kind: str, site: Site | None, **data: Any) -> None:  # noqa: ANN401 - plain values of any type
        """Add an event of the running thread to the trace."""
        if self.trace.enabled and not self._frozen:
            self.trace.add(Event(self.now, self.running.number, self.running.task, kind, site, data))

    # Threads

    def begin(self, name: str, *, daemon: bool = False) -> SimulatedThread:
        """Register a thread that is about to start; it may run from now on."""
        new = SimulatedThread(len(self.threads), name, daemon=daemon)
        self.threads.append(new)
        self.ready.append(new)
        return new

    def cancel(self, thread: SimulatedThread) -> None:
        """Forget a thread that was registered but could not be started."""
        thread.done = True
        self.ready.remove(thread)

    def enter(self, thread: SimulatedThread) -> bool:
        """Wait, in the new thread itself, for its first turn.

        Returns:
            False if the simulation stopped before that: then the thread must not run its function.
        """
        thread.ident = get_ident()
        thread.baton.acquire()
        if self._ending is not None:
            self._see_off(thread)
        return not self.stopping

    def finish(self, thread: SimulatedThread, join: Callable[[float], object] | None = None) -> None:
        """Note, in the ending thread itself, that it is done, and pass the baton on for good.

        Args:
            thread: the ending thread.
            join: waits, for at most so many real seconds, until the interpreter has cleaned up behind the thread. The
                next thread to run calls it first: what goes with the thread may do something when it goes.
        """
        thread.done = True
        if thread.abandoned:
            _abandoned.discard(thread.ident)
            return
        if thread.looks:
            self._stop_looking(thread)
        for joiner in thread.joiners:
            self.wake(joiner)
        if join is None:
            self.running = following = self._next()
        else:
            # Time must not move on before the thread is gone, so where nobody is ready the choice is left for later.
            self._undecided = not self.ready
            following = self.main if self._undecided else self._next()
            self._ending = join
        following.baton.release()

    # The end

    def settle(self) -> None:
        """Let all other threads run as far as they get without virtual time moving on.

        For use when the function under simulation has returned: a thread that has nothing left to do but to end isn't
        left behind.
        """
        self.limit = self.now
        self._timers.clear()
        for _ in range(_SETTLE_LIMIT):
            if self.stopping or not (self.ready or self.poll()):
                break
            self.pause()

    def freeze(self) -> None:
        """Record nothing more."""
        if self.running.looks:
            self._stop_looking(self.running)
        self._frozen = True

    def unwind(self) -> list[SimulatedThread]:
        """Stop every thread but the running one, by raising `SimulationStopped` where it waits.

        Returns:
            The threads that can't be stopped: they catch even that again and again, or are blocked for real.
        """
        self.freeze()
        self.stopping = True
        me = self.running
        for thread in self.threads:
            if thread is me or thread.done or thread.abandoned:
                continue
            self.running = thread
            try:
                thread.baton.release()
                if not me.baton.acquire(timeout=_PATIENCE_SECONDS):
                    self._regain(me)
                if self._ending is not None:
                    self._see_off(me)
            except BaseException as error:  # noqa: BLE001 - from a signal handler; it has to wait until all is done
                self.interruption = error
                self._regain(me)
        return [thread for thread in self.threads if thread is not me and not thread.done]

    # Inside

    def _sleep(
        self,
        thread: SimulatedThread,
        waiting: Waiting,
        timeout: int | None,
        ready: Callable[[], bool] | None,
        *,
        natural: bool,
    ) -> None:
        thread.waiting = waiting
        thread.timed_out = False
        thread.parked = True
        thread.epoch += 1
        if timeout is not None:
            rank = _NATURAL if natural else _TIMEOUT
            heapq.heappush(self._timers, (self.now + timeout, rank, next(self._sequence), thread, thread.epoch))
        if ready is not None:
            self._pollers.append((thread, thread.epoch, ready))
        self._switch(thread)
        thread.waiting = None
        thread.parked = False
        if self.stopping:
            self._unwind(thread)

    def _stop_looking(self, thread: SimulatedThread) -> None:
        thread.looks = 0
        if thread.busy_since is not None:
            self.record("spin", thread.busy_at, began=thread.busy_since)
            thread.busy_since = None

    def _switch(self, thread: SimulatedThread) -> None:
        following = self._next()
        self.switches += 1
        while True:
            self.running = following
            if following is thread:
                return
            try:
                following.baton.release()
                thread.baton.acquire()
                if self._ending is None or not self._see_off(thread):
                    return
            except BaseException as error:
                # A signal handler raised (Ctrl-C, a watchdog) while another thread ran. Everything else must stop, and
                # this thread needs its baton back, before the exception may go on.
                if not isinstance(error, SimulationStopped):
                    self.interruption = error
                self.stopping = self.stopped_early = True
                self._regain(thread)
                raise
            following = self._next()

    def _see_off(self, thread: SimulatedThread) -> bool:
        """Wait for the thread that has just ended to be gone, and tell whether it left open who runs next."""
        join, self._ending = self._ending, None
        try:
            if join is not None:
                join(_PATIENCE_SECONDS)
        finally:
            self.running = thread
        return self._undecided and not self.stopping

    def _regain(self, thread: SimulatedThread) -> None:
        """Get the baton back from a thread that won't give it away, or let that thread have no part in this any more.

        Only pure Python code can be interrupted so; what is blocked for real in a C function can't.
        """
        holder = self.running
        if holder is thread:
            return
        try:
            given_back = _insisting.raise_in(holder.ident, until=thread.baton)
        except BaseException:  # noqa: BLE001 - a signal handler raised again: somebody is impatient
            given_back = False
        if not given_back:
            holder.abandoned = True
            _abandoned.add(holder.ident)
            # It may have given the baton away in this very moment.
            thread.baton.acquire(blocking=False)
        self._ending = None
        self.running = thread

    def _next(self) -> SimulatedThread:
        while True:
            if self.stopping:
                return self.main
            if self.ready:
                return self.choose(self.ready)
            if self.poll() or self._advance():
                continue
            self._stop("deadlock")

    def _next_due(self) -> int | None:
        timers = self._timers
        while timers and timers[0][3].epoch != timers[0][4]:
            heapq.heappop(timers)
        return timers[0][0] if timers else None

    def _advance(self) -> bool:
        timers = self._timers
        while timers:
            entry = heapq.heappop(timers)
            due, _, _, sleeper, epoch = entry
            if sleeper.epoch != epoch:
                continue
            if due > self.limit:
                self._stop("endless")
                return True
            self.now = max(self.now, due)
            if isinstance(sleeper, Alarm):
                sleeper.ring()
                if self._next_due() == self.now and self._timers[0][1] == _ALARM:
                    # All that happens at this instant has happened before anybody looks.
                    continue
                return True
            sleeper.timed_out = True
            self.wake(sleeper)
            if self.wake_together:
                self._wake_others_due(entry[:2])
            return True
        return False

    def _wake_others_due(self, instant: tuple[int, int]) -> None:
        timers = self._timers
        while timers and timers[0][:2] == instant:
            _, _, _, thread, epoch = heapq.heappop(timers)
            if isinstance(thread, SimulatedThread) and thread.epoch == epoch:
                thread.timed_out = True
                self.wake(thread)

    def _stop(self, reason: str) -> None:
        frames = sys._current_frames()
        stuck = [self._stuck(thread, frames.get(thread.ident)) for thread in self.threads if not thread.done]
        # This function's own frame is among them: they would keep each other, and all that the program holds, alive.
        frames.clear()
        tasks = [self.suspended[number] for number in sorted(self.suspended)]
        self.standstill = Standstill(reason, self.now, (*stuck, *tasks))
        self.freeze()
        self.stopping = self.stopped_early = True

    def _stuck(self, thread: SimulatedThread, frame: Any) -> Stuck:  # noqa: ANN401 - a frame or None
        waiting = thread.waiting or Waiting("start")
        site = self.trace.site(frame)
        holder: SimulatedThread | None = getattr(waiting.on, "owner", None)  # only locks have one
        where = getattr(waiting.on, "taken_at", None)
        # A condition variable waits by taking a lock of its own twice: nobody else holds that one.
        if holder is None or (holder is thread and where is None):
            return Stuck(thread.number, thread.name, waiting.kind, waiting.detail, site)
        return Stuck(
            thread.number, thread.name, waiting.kind, waiting.detail, site, holder.name, where, holder.done
        )  # fmt: skip

    def _unwind(self, thread: SimulatedThread) -> None:
        if thread.done:
            # What goes with a thread that has ended can't wait any more.
            raise SimulationStopped
        if thread.abandoned:
            thread.baton.acquire()
        thread.unwound += 1
        if thread.unwound > _UNWIND_LIMIT and thread is not self.main:
            # It catches everything and goes on: leave it parked for ever and let the simulation end.
            thread.abandoned = True
            _abandoned.add(thread.ident)
            self.running = self.main
            self.main.baton.release()
            thread.baton.acquire()
        _insisting.insist(thread.unwound)
        raise SimulationStopped

    def _record_wait(self, waiting: Waiting, site: Site | None, began: int, *, blocks_loop: bool) -> None:
        data: dict[str, Any] = {"wait": waiting.kind, "began": began, "timed_out": self.running.timed_out}
        if waiting.detail:
            data["detail"] = waiting.detail
        holder = getattr(waiting.on, "number", None)
        if holder is not None:
            data["on"] = holder
        if blocks_loop:
            data["blocks_loop"] = True
        self.record("wait", site, **data)


_active: Scheduler | None = None


def activate(scheduler: Scheduler | None) -> None:
    """Make `scheduler` the one that simulated primitives use; None when the simulation is over."""
    global _active  # noqa: PLW0603 - there is one simulation at a time in a process, and primitives must find it
    _active = scheduler


def active() -> Scheduler | None:
    """Return the scheduler of the running simulation if the calling thread belongs to it, else None."""
    scheduler = _active
    if scheduler is not None and scheduler.running.ident == get_ident():
        return scheduler
    if _abandoned and get_ident() in _abandoned:
        # It could not be stopped, but here it can.
        raise SimulationStopped
    return None


_abandoned: set[int] = set()
"""Identifiers of threads that could not be stopped when their simulation ended."""


def running_scheduler() -> Scheduler | None:
    """Return the scheduler of the running simulation, whichever thread asks."""
    return _active


def look() -> None:
    """Count a look at something, if the calling thread is simulated; see `Scheduler.spin`."""
    scheduler = active()
    if scheduler is not None:
        scheduler.spin()
