"""Steering one run: following a schedule, and noting where it could have gone another way."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from grader.simulation._errors import SimulationStopped
from grader.simulation._scheduler import get_ident
from grader.simulation._states import Waiting
from grader.simulation.exploration._equivalence import Equivalence

if TYPE_CHECKING:
    from collections import deque

    from grader.simulation._scheduler import Scheduler
    from grader.simulation._states import SimulatedThread
    from grader.simulation.exploration._equivalence import Effects
    from grader.simulation.exploration._schedule import Schedule, Switch

FAIR_TURN = 1_000
"""Places that a thread passes in one go before others get a turn, so that waiting in a loop ends."""

PATIENT_LOOKS = 2
"""Looks in a row after which a thread that only looks, at a lock say, gives others a turn soon."""

POINT_LIMIT = 200_000
"""Places in one run after which it is stopped as endless."""

NEVER = 1 << 62
_STAGGER = 7


class Branch:
    """Consecutive places at which the same other threads could have run.

    Attributes:
        first: number of the first place.
        last: number of the last place.
        threads: numbers of the threads that could have run.
        preempts: whether running one of them would have been a preemption.
    """

    __slots__ = ("first", "last", "preempts", "threads")

    def __init__(self, number: int, threads: tuple[int, ...], *, preempts: bool) -> None:
        self.first = number
        self.last = number
        self.threads = threads
        self.preempts = preempts


class Control:
    """Follows one schedule; reused for run after run.

    A preempted thread lets others go first; with a `stall` it stands still for so many virtual nanoseconds, so whoever
    needs it has to wait that long, and whoever doesn't goes on at once.

    Attributes:
        branches: where the run could have gone another way after the schedule's last switch.
        strayed: whether a switch of the schedule could not be made, because the program did something else than in the
            run that the schedule was found in.
    """

    def __init__(self, stall: int = 0, effects: Effects | None = None) -> None:
        self.branches: list[Branch] = []
        self.strayed = False
        self._stall = stall
        self._effects = effects
        self._equivalence: Equivalence | None = None
        self._preempting = False
        self._over = True
        self._ready: deque[SimulatedThread] | tuple[()] = ()
        self._points = 0
        self._alone = 0
        self._next_stop = NEVER
        self._choices = 0
        self._fair_end = NEVER
        self._preemptions: list[Switch] = []
        self._picks: list[Switch] = []
        self._target: SimulatedThread | None = None

    def attach(self, schedule: Schedule, *, preempting: bool, scheduler: Scheduler) -> None:
        """Begin a run."""
        self.branches = []
        self.strayed = False
        self._preempting = preempting
        self._scheduler = scheduler
        self._ready = scheduler.ready
        self._points = self._choices = self._alone = 0
        self._preemptions = [switch for switch in reversed(schedule.switches) if switch.preempts]
        self._picks = [switch for switch in reversed(schedule.switches) if not switch.preempts]
        self._target = None
        self._equivalence = None
        self._fair_end = FAIR_TURN
        self._over = False
        scheduler.choose = self._choose
        scheduler.start_waits = False
        scheduler.wake_together = True
        scheduler.looked = self._shorten_turn
        self._aim()

    def detach(self) -> None:
        """End the run when the scenario has returned: what is left runs in the default order."""
        self._over = True
        self._ready = ()
        if self._preemptions or self._picks:
            self.strayed = True

    def point(self) -> None:
        """Count a place where the running thread may be interrupted, and interrupt it if the schedule says so.

        Where no other thread could run, places aren't numbered, and counted only to find a loop that never ends. The
        frame that is about to go on is two calls up.
        """
        equivalence = self._equivalence
        if not self._ready:
            self._alone += 1
            if self._alone >= POINT_LIMIT:
                self._stop_endless()
        else:
            self._points = number = self._points + 1
            if number >= self._next_stop:
                self._stop(number)
        # Only now, as Python 3.11 writes a frame's variables back as they were when they were looked at.
        if equivalence is not None and equivalence.open:
            equivalence.step(sys._getframe(2))

    @property
    def equivalent(self) -> int:
        """At how many places after that of the schedule's last switch an interruption would have led to the same."""
        return 0 if self._equivalence is None else self._equivalence.places

    def _stop(self, number: int) -> None:
        scheduler = self._scheduler
        thread = scheduler.running
        if self._over or scheduler.stopping or thread.done or thread.ident != get_ident():
            return
        planned = self._preemptions
        if planned and planned[-1].number == number:
            self._target = self._find(planned.pop().thread)
            if self._target is not None:
                self._interrupt(thread, self._target)
            self._aim()
        elif number >= POINT_LIMIT:
            self._stop_endless()
        elif number >= self._fair_end:
            scheduler.pause()
        elif self._preempting and not planned and not self._picks:
            self._note_point(number)

    def _interrupt(self, thread: SimulatedThread, target: SimulatedThread) -> None:
        """Let others go before the running thread, `target` first."""
        equivalence = None
        if self._effects is not None and not (self._preemptions or self._picks):
            equivalence = self._equivalence = Equivalence(self._effects, thread, target)
        if self._stall:
            self._scheduler.park(Waiting("sleep", detail="standing still"), self._stall, natural=True)
        else:
            self._scheduler.pause()
        if equivalence is not None:
            equivalence.go_on(sys._getframe(4))

    def _shorten_turn(self, looks: int) -> None:
        """Give others a turn soon, as the orders in which a thread goes on looking are as many as they are dull.

        Not at once, and not always at the same place: it may hold just what the others look for.
        """
        if looks > PATIENT_LOOKS and not self._over:
            self._fair_end = min(self._fair_end, self._points + 1 + looks % _STAGGER)
            self._aim()

    def _stop_endless(self) -> None:
        if not (self._over or self._scheduler.stopping):
            self._scheduler._stop("endless")
            raise SimulationStopped

    def _choose(self, ready: deque[SimulatedThread]) -> SimulatedThread:
        target = self._target
        if target is not None:
            self._target = None
            ready.remove(target)
        elif len(ready) == 1 or self._over:
            target = ready.popleft()
        else:
            target = self._pick(ready)
        if self._equivalence is not None and self._equivalence.open:
            self._equivalence.switch(target, ready)
        self._fair_end = min(self._points + FAIR_TURN, POINT_LIMIT)
        self._aim()
        return target

    def _pick(self, ready: deque[SimulatedThread]) -> SimulatedThread:
        # A thread that lets others go first, which waits for nothing, isn't among those to choose from.
        running = self._scheduler.running
        others = [thread.number for thread in ready if thread is not running or thread.waiting is not None]
        if len(others) > 1:
            self._choices = number = self._choices + 1
            if self._picks and self._picks[-1].number == number:
                found = self._find(self._picks.pop().thread)
                if found is not None:
                    ready.remove(found)
                    return found
            elif not self._picks and not self._preemptions:
                self.branches.append(Branch(number, tuple(others[1:]), preempts=False))
        return ready.popleft()

    def _find(self, number: int) -> SimulatedThread | None:
        for thread in self._ready:
            if thread.number == number:
                return thread
        self._preemptions, self._picks = [], []
        self.strayed = True
        return None

    def _note_point(self, number: int) -> None:
        threads = tuple([thread.number for thread in self._ready])
        if self.branches:
            last = self.branches[-1]
            if last.preempts and last.threads == threads and last.last == number - 1:
                last.last = number
                return
        self.branches.append(Branch(number, threads, preempts=True))

    def _aim(self) -> None:
        """Work out the next place at which `point` has anything to do."""
        if self._preemptions:
            self._next_stop = min(self._preemptions[-1].number, self._fair_end)
        elif self._preempting and not self._picks:
            self._next_stop = 0
        else:
            self._next_stop = self._fair_end
