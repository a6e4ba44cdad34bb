"""Performing once what several checks look at.

A run of a scenario is the same each time, so for the corpus one is enough: each check that uses the scenario judges it.
A student's grade is made of a run for each check, so that nothing that happens to one of them can cost another.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from grader.lab import CannotJudgeError
from grader.lab.failure import Failure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.lab.playing import Play, Player, Submission
    from grader.lab.seen import Seen


@dataclass(frozen=True, slots=True)
class _Performed:
    """What came of a play: what was seen, or why there is nothing to see."""

    seen: Seen | None
    error: Failure | CannotJudgeError | None


class SharingPlayer:
    """Has another player perform each scenario once with each submission, whichever checks ask for it."""

    def __init__(self, player: Player) -> None:
        """Share what `player` performs."""
        self._player = player
        self._stand_ins: dict[int, Play] = {}
        self._waiting: Counter[int] = Counter()
        self._performed: dict[int, _Performed] = {}

    def schedule(self, plays: Sequence[Play]) -> None:
        """Announce the first of all plays that are alike, in place of each."""
        firsts: dict[tuple[Submission, int], Play] = {}
        for play in plays:
            first = firsts.setdefault((play.submission, id(play.check.scenario)), play)
            self._stand_ins[id(play)] = first
            self._waiting[id(first)] += 1
        self._player.schedule(list(firsts.values()))

    def first_done(self, groups: Sequence[Sequence[Play]]) -> int:
        """Say which group of plays to ask for next.

        Raises:
            CannotJudgeError: nothing can be performed at all.
        """
        return self._player.first_done([[self._stand_ins[id(play)] for play in group] for group in groups])

    def result(self, play: Play) -> Seen:
        """Return what was seen when the first play like this one was performed.

        Raises:
            Failure: the submission's file can't be graded.
            CannotJudgeError: the grader itself is at fault.
        """
        first = self._stand_ins.pop(id(play))
        performed = self._performed.pop(id(first), None) or self._perform(first)
        self._waiting[id(first)] -= 1
        if self._waiting[id(first)]:
            self._performed[id(first)] = performed
        if performed.seen is None:
            assert performed.error is not None  # noqa: S101 - it is one or the other
            raise performed.error
        return replace(performed.seen, reference=play.reference)

    def close(self) -> None:
        """Stop everything."""
        self._player.close()

    def _perform(self, play: Play) -> _Performed:
        try:
            return _Performed(self._player.result(play), None)
        except (Failure, CannotJudgeError) as error:
            return _Performed(None, error)
