"""Whose turn it is: which play a worker that is free performs next."""

from __future__ import annotations

import threading
from collections import Counter
from typing import TYPE_CHECKING

from grader.grading._entrants import Entrant

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from grader.grading.submission import SubmissionError
    from grader.lab.playing import Play, Submission


class Turns:
    """The plays that wait, in the order in which they were asked for.

    As many plays run at once as there are workers; those with processes of their own, which mostly wait for these, have
    as many places again.

    What may take long doesn't keep others waiting: one submission doesn't occupy two workers while another has none,
    its plays wait while it is being imported, and one that has had to be ended comes last. What was running when a
    watching process was lost runs alone, when all others are done: who loses it again did it.

    Attributes:
        changed: guards everything in here, and is notified of every change.
        alone: whether the play that runs now runs alone.
    """

    def __init__(self, entrants: dict[Submission, Entrant | SubmissionError], workers: int) -> None:
        """Begin without plays.

        Args:
            entrants: all submissions; those that can't be read at all have an error in place of what is known of them.
            workers: how many plays of each kind run at once.
        """
        self.changed = threading.Condition()
        self.alone = False
        self._entrants = entrants
        self._waiting: dict[bool, list[Play]] = {False: [], True: []}
        self._workers = workers
        self._running: Counter[bool] = Counter()
        self._stopped = False

    def add(self, plays: Sequence[Play]) -> None:
        """Add plays after those that wait already."""
        with self.changed:
            for play in plays:
                self._waiting[_has_processes(play)].append(play)
            self.changed.notify_all()

    def take(self) -> Play | None:
        """Wait for a play that may begin, and note that it runs; None when there is nothing left to do."""
        with self.changed:
            while not self._stopped and (any(self._waiting.values()) or self._running.total()):
                play = self._next()
                if play is not None:
                    self._waiting[_has_processes(play)].remove(play)
                    self._note(play, 1)
                    return play
                self.changed.wait()
        return None

    def end(self, play: Play, *, again: bool) -> None:
        """Note that a play doesn't run any more; it comes `again` if nothing can be concluded from how it ended."""
        with self.changed:
            self._note(play, -1)
            if again:
                self._waiting[_has_processes(play)].insert(0, play)
            self.changed.notify_all()

    def stop(self) -> None:
        """Let nothing begin any more."""
        with self.changed:
            self._stopped = True
            self.changed.notify_all()

    def _note(self, play: Play, change: int) -> None:
        self._running[_has_processes(play)] += change
        entrant = self._entrants[play.submission]
        if isinstance(entrant, Entrant):
            entrant.running += change
            self.alone = change > 0 and entrant.suspect

    def _next(self) -> Play | None:
        if self.alone:
            return None
        best: tuple[tuple[bool, int], Play] | None = None
        suspect = None
        for play in self._that_have_places():
            entrant = self._entrants[play.submission]
            if not isinstance(entrant, Entrant):
                return play
            if entrant.suspect:
                suspect = suspect or play
            elif entrant.may_begin():
                rank = (entrant.troubled, entrant.running)
                if rank == (False, 0):
                    return play
                if best is None or rank < best[0]:
                    best = (rank, play)
        if best is not None:
            return best[1]
        return suspect if self._running.total() == 0 else None

    def _that_have_places(self) -> Iterator[Play]:
        for has_processes, plays in self._waiting.items():
            if self._running[has_processes] < self._workers:
                yield from plays


def _has_processes(play: Play) -> bool:
    return play.check.scenario.processes is not None
