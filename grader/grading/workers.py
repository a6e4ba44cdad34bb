"""Performing plays in workers: two at a time on two cores, each result kept whatever happens to the others."""

from __future__ import annotations

import contextlib
import os
import queue
import threading
import time
from collections import deque
from concurrent.futures import Future
from typing import TYPE_CHECKING

from grader.grading._attempts import DoubtfulError, attempt, seen
from grader.grading._entrants import Entrant
from grader.grading._supervising import Slot, Supervisor
from grader.grading._turns import Turns
from grader.grading.limits import DEFAULT_LIMITS, Limits
from grader.grading.submission import SubmissionError, UnreadError, read_exercise
from grader.lab import CannotJudgeError
from grader.lab.exercises import PACKAGE
from grader.lab.failure import Failure, FailureData
from grader.stopping import Hold, heed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from grader.grading.isolation import Isolation, Level
    from grader.lab.playing import Play, Submission
    from grader.lab.seen import Seen

_LATE_SECONDS = 1.0


class WorkerPlayer:
    """Performs each play in a worker process of its own."""

    def __init__(
        self,
        limits: Limits = DEFAULT_LIMITS,
        workers: int | None = None,
        pace: int = 0,
        *,
        wanted: Level = "landlock",
        hidden: Sequence[Path] = (),
    ) -> None:
        """Make a player.

        Args:
            limits: real-time limits.
            workers: how many run at the same time; by default as many as there are processors.
            pace: how many seconds of a program pass in a real one; 0: its time is simulated.
            wanted: the isolation to reach, if it can be.
            hidden: files and folders that no program may read; that they can't be is tried.

        Raises:
            CannotJudgeError: no process can be started.
        """
        self._limits = limits
        self._workers = workers or _processors()
        self._pace = pace
        # What the main thread waits for: only a queue like this may be put to from a signal's handler.
        self._news: queue.SimpleQueue[None] = queue.SimpleQueue()
        self._hold = Hold(lambda: self._news.put(None))
        self._supervisor = Supervisor(wanted, hidden)
        try:
            self._supervisor.start()
        except BaseException:
            self._hold.release()
            raise
        self._entrants: dict[Submission, Entrant | SubmissionError] = {}
        self._turns = Turns(self._entrants, self._workers)
        self._futures: dict[int, Future[Seen]] = {}
        self._losses: dict[int, int] = {}
        self._asked_for: dict[int, float] = {}
        self._threads: list[threading.Thread] = []
        self._broken: CannotJudgeError | None = None
        self._anything = False  # whether anything came of any play

    @property
    def isolation(self) -> Isolation:
        """What isolation is reached; that is waited for, as it has to be tried.

        Raises:
            CannotJudgeError: no process can be started.
        """
        return self._supervisor.isolation

    @property
    def most_memory(self) -> int:
        """The most memory that any worker has used so far, in bytes."""
        return max((entrant.memory for entrant in self._entrants.values() if isinstance(entrant, Entrant)), default=0)

    def schedule(self, plays: Sequence[Play]) -> None:
        """Begin to perform plays, by and large in the order given."""
        for play in plays:
            self._futures[id(play)] = Future()
            if play.submission not in self._entrants:
                self._entrants[play.submission] = self._entrant(play.submission)
        self._turns.add(plays)
        # One for each place: see `Turns`.
        for _ in range(min(2 * self._workers + 1, len(plays))):
            thread = threading.Thread(target=self._work, daemon=True)
            self._threads.append(thread)
            try:
                thread.start()
            except RuntimeError as error:
                if len(self._threads) == 1:
                    msg = f"The judge has no thread to wait for programs with: {error}. End others, and try again."
                    self._break(CannotJudgeError(msg))
                break

    def first_done(self, groups: Sequence[Sequence[Play]]) -> int:
        """Wait until all plays of one group have been performed; return which.

        Groups come in the order given, unless one takes long while another is done.

        Raises:
            CannotJudgeError: no worker can be started at all.
            StopRequest: somebody wants it to stop.
        """
        left = [deque(group) for group in groups]
        while True:
            heed()
            done = [number for number, plays in enumerate(left) if self._are_done(plays)]
            asked_for = self._asked_for.setdefault(id(groups[0][0]), time.monotonic())
            late_in = asked_for + _LATE_SECONDS - time.monotonic()
            if done and (done[0] == 0 or late_in <= 0):
                return done[0]
            if self._broken is not None:
                return self._first_that_counts(done)
            with contextlib.suppress(queue.Empty):
                self._news.get(timeout=late_in if done else None)

    def _first_that_counts(self, done: list[int]) -> int:
        """Return which group to ask for when nothing more can be performed: what has been is not lost."""
        assert self._broken is not None  # noqa: S101 - or else there would be more
        if not self._anything:
            raise self._broken
        return done[0] if done else 0

    def result(self, play: Play) -> Seen:
        """Wait until `play` has been performed.

        Raises:
            Failure: the submission's file can't be graded.
            CannotJudgeError: the grader itself is at fault.
            StopRequest: somebody wants it to stop.
        """
        future = self._futures[id(play)]
        while not future.done():
            heed()
            if self._broken is not None:
                raise self._broken
            self._news.get()
        del self._futures[id(play)]
        return future.result()

    def close(self) -> None:
        """End all workers.

        Raises:
            StopRequest: somebody wanted it to stop, and nothing has heeded that.
        """
        try:
            self._turns.stop()
            self._supervisor.close()
            for thread in self._threads:
                if thread.ident is not None:
                    thread.join()
        finally:
            self._hold.release()

    def _entrant(self, submission: Submission) -> Entrant | SubmissionError:
        try:
            source = read_exercise(submission.file, f"{PACKAGE}/{submission.exercise.file}")
        except SubmissionError as error:
            return error
        return Entrant(submission, source.decode("utf-8"), self._limits, self._pace)

    def _are_done(self, plays: deque[Play]) -> bool:
        """Drop those at the beginning that have been performed; tell whether that leaves none."""
        while plays and (id(plays[0]) not in self._futures or self._futures[id(plays[0])].done()):
            plays.popleft()
        return not plays

    def _work(self) -> None:
        slot = Slot(self._supervisor)
        try:
            while (play := self._turns.take()) is not None:
                self._turns.end(play, again=not self._settle(slot, play))
                self._news.put(None)
        except Exception as error:  # noqa: BLE001 - nobody else would hear of it, and the judge would wait for ever
            self._break(CannotJudgeError(f"The grader failed: {type(error).__name__}: {error}"))
        finally:
            slot.close()

    def _settle(self, slot: Slot, play: Play) -> bool:
        """Perform a play, and hand what came of it to whoever waits for it; return False if it must be repeated."""
        entrant, future, alone = self._entrants[play.submission], self._futures[id(play)], self._turns.alone
        if isinstance(entrant, UnreadError):
            future.set_exception(CannotJudgeError(str(entrant)))
        elif isinstance(entrant, SubmissionError):
            future.set_exception(Failure(FailureData(verdict=str(entrant), kind="unloadable")))
        else:
            try:
                future.set_result(attempt(slot, entrant, play, alone=alone))
            except DoubtfulError as doubtful:
                if not self._is_certain(play, entrant, doubtful, alone=alone):
                    play.witness.forget()
                    return False
                if doubtful.fault is not None:
                    future.set_exception(doubtful.fault)
                    return True
                future.set_result(seen(entrant, play, doubtful.outcome))
        self._anything = True
        return True

    def _is_certain(self, play: Play, entrant: Entrant, doubtful: DoubtfulError, *, alone: bool) -> bool:
        """Tell whether what came of a run was that run's own doing: it came again, when nothing else ran."""
        if doubtful.fault is not None and self._supervisor.failed:
            self._break(doubtful.fault)
            return True
        entrant.suspect = True
        self._losses[id(play)] = self._losses.get(id(play), 0) + 1
        return alone and self._losses[id(play)] > 1

    def _break(self, error: CannotJudgeError) -> None:
        self._broken = error
        self._news.put(None)


def _processors() -> int:
    try:
        return max(1, len(os.sched_getaffinity(0)))
    except AttributeError:
        return os.cpu_count() or 1
