"""Whose turn it is: which play a worker that is free performs next."""

from __future__ import annotations

import threading
from collections import Counter
from enum import Enum
from typing import TYPE_CHECKING, Literal

from grader.grading._entrants import Entrant

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from grader.grading.submission import SubmissionError
    from grader.lab.playing import Play, Submission


class _Kind(Enum):
    """What a play asks of its worker."""

    SHORT = "short"
    EXPLORING = "exploring"
    PROCESSES = "processes"


class Turns:
    """The plays that wait, in the order in which they were asked for.

    As many plays run at once as there are workers; those with processes of their own, which mostly wait for these, have
    as many places again, and one more. One that explores takes as long as many others, so that none is left for the
    end, when other workers would have nothing to do: one begins whenever none is running.

    The first play that needs the libraries for HTTP waits until these are imported. It begins early, as soon as another
    has ended: then workers without them are there. Until it has ended itself, no other runs that needs them.

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
        self._waiting: dict[_Kind, list[Play]] = {kind: [] for kind in _Kind}
        self._workers = workers
        self._running: Counter[_Kind] = Counter()
        self._has_any_ended = False
        self._libraries: Literal["unasked", "asked", "there"] = "unasked"
        self._stopped = False

    def add(self, plays: Sequence[Play]) -> None:
        """Add plays after those that wait already."""
        with self.changed:
            for play in plays:
                self._waiting[_kind(play)].append(play)
            self.changed.notify_all()

    def take(self) -> Play | None:
        """Wait for a play that may begin, and note that it runs; None when there is nothing left to do."""
        with self.changed:
            while not self._stopped and (any(self._waiting.values()) or self._running.total()):
                play = self._next()
                if play is not None:
                    self._waiting[_kind(play)].remove(play)
                    self._note(play, 1)
                    if self._libraries == "unasked" and self._needs_http(play):
                        self._libraries = "asked"
                    return play
                self.changed.wait()
        return None

    def end(self, play: Play, *, again: bool) -> None:
        """Note that a play doesn't run any more; it comes `again` if nothing can be concluded from how it ended."""
        with self.changed:
            self._note(play, -1)
            self._has_any_ended = True
            if self._needs_http(play):
                self._libraries = "there"
            if again:
                self._waiting[_kind(play)].insert(0, play)
            self.changed.notify_all()

    def stop(self) -> None:
        """Let nothing begin any more."""
        with self.changed:
            self._stopped = True
            self.changed.notify_all()

    def _note(self, play: Play, change: int) -> None:
        self._running[_kind(play)] += change
        entrant = self._entrants[play.submission]
        if isinstance(entrant, Entrant):
            entrant.running += change
            self.alone = change > 0 and entrant.suspect

    def _next(self) -> Play | None:
        if self.alone:
            return None
        best: tuple[tuple[bool, int], Play] | None = None
        suspect = None
        for play in filter(self._has_libraries, self._that_have_places()):
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
        if self._running[_Kind.SHORT] + self._running[_Kind.EXPLORING] < self._workers:
            if not self._running[_Kind.EXPLORING]:
                yield from filter(self._may_go_first, self._waiting[_Kind.EXPLORING])
            if self._libraries == "unasked" and self._has_any_ended:
                yield from filter(self._needs_http, self._waiting[_Kind.SHORT])
            yield from self._waiting[_Kind.SHORT]
            yield from self._waiting[_Kind.EXPLORING]
        if self._running[_Kind.PROCESSES] < self._workers + 1:
            yield from self._waiting[_Kind.PROCESSES]

    def _has_libraries(self, play: Play) -> bool:
        """Tell whether a play need not wait for the libraries, nor for a shorter one to wait for them first."""
        if self._libraries == "there" or not self._needs_http(play):
            return True
        return self._libraries == "unasked" and (_kind(play) is _Kind.SHORT or not self._waiting[_Kind.SHORT])

    def _needs_http(self, play: Play) -> bool:
        entrant = self._entrants[play.submission]
        return isinstance(entrant, Entrant) and entrant.needs_http(play)

    def _may_go_first(self, play: Play) -> bool:
        """Tell whether others can run meanwhile: a submission's first run shows whether it can be imported."""
        entrant = self._entrants[play.submission]
        return len(self._entrants) > 1 or (isinstance(entrant, Entrant) and entrant.loads)


def _kind(play: Play) -> _Kind:
    scenario = play.check.scenario
    if scenario.processes is not None:
        return _Kind.PROCESSES
    return _Kind.SHORT if scenario.exploring is None else _Kind.EXPLORING
