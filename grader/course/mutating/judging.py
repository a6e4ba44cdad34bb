"""Judging mutants: each by one check first, then by another, and by all others only if it passes both."""

from __future__ import annotations

import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from grader.course.corpus import Entry, corpus
from grader.course.mutating.making import Mutant, mutants
from grader.course.sharing import SharingPlayer
from grader.grading import Judged, Session, WorkerPlayer, judge
from grader.lab.playing import Submission

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from grader.lab.exercises import Course, Exercise
    from grader.lab.plugin import Judgement

Fate = Literal["killed", "survived", "unjudged"]

_SEED = 20_260_101
_BATCH = 100
"""How many mutants are judged together: what was seen of them is kept only until all of them are."""

_FEW = 20
"""How many mutants go through all checks at once. More of them go through one after another: some checks take long."""


@dataclass(frozen=True)
class Trial:
    """A mutant and what became of it.

    Attributes:
        entry: the program that it was made of.
        mutant: the mutant.
        fate: ``killed`` if a check failed, ``survived`` if all passed.
    """

    entry: Entry
    mutant: Mutant
    fate: Fate


class MutantJudge:
    """Judges the mutants of one exercise.

    Attributes:
        faults: what could not be judged, in words.
        exercise: which exercise.
    """

    def __init__(self, course: Course, exercise: Exercise) -> None:
        self.exercise = exercise
        self.faults: list[str] = []
        self._course = course
        self._checks: list[str] = []
        self._kills: Counter[str] = Counter()
        self._made = [
            (entry, mutant)
            for entry in corpus(course, exercise)
            if entry.kind in {"solution", "variant"}
            for mutant in mutants(entry.file.read_text(encoding="utf-8"))
        ]

    def __len__(self) -> int:
        return len(self._made)

    def trials(self, on_judged: Callable[[int], None]) -> list[Trial]:
        """Judge all mutants, if all that they were made of is right: else nothing would follow from a failure.

        Args:
            on_judged: called with a number of mutants that have been judged.
        """
        if self._made and not self._originals_are_right():
            return []
        found: list[Trial] = []
        for first in range(0, len(self._made), _BATCH):
            batch = self._made[first : first + _BATCH]
            with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
                fates = self._fates([mutant for _, mutant in batch], Path(folder))
            found += [Trial(entry, mutant, fate) for (entry, mutant), fate in zip(batch, fates, strict=True)]
            on_judged(len(batch))
        return found

    def _originals_are_right(self) -> bool:
        entries = {entry.label: entry for entry, _ in self._made}
        judged = self._judge(((label, entry.file) for label, entry in entries.items()), frozenset())
        self._checks = list(dict.fromkeys(judgement.play.name for judgement in judged.judgements))
        wrong = {item.play.submission.label: item.play.name for item in judged.judgements if item.verdict != "pass"}
        for label, name in wrong.items():
            title = entries[label].title
            self.faults.append(f"{self.exercise.id} {title}: doesn't pass {name}; say what with: verify")
        return not judged.faults and not wrong

    def _fates(self, batch: Sequence[Mutant], folder: Path) -> list[Fate]:
        files = [folder / f"{number}.py" for number in range(len(batch))]
        for file, mutant in zip(files, batch, strict=True):
            file.write_text(mutant.source, encoding="utf-8")
        fates: list[Fate] = ["survived"] * len(batch)
        # Whoever has failed one check needs no other. What has killed most is likely to do so again; when few are left,
        # to import each of them once for all other checks is quicker than once for each.
        checks = sorted(self._checks, key=lambda name: -self._kills[name])
        while checks:
            alive = [(str(number), files[number]) for number, fate in enumerate(fates) if fate == "survived"]
            some, checks = (checks, []) if len(alive) <= _FEW else (checks[:1], checks[1:])
            for judgement in self._judge(alive, frozenset(some)).judgements if alive else ():
                number = int(judgement.play.submission.label)
                if judgement.verdict == "fail":
                    fates[number] = "killed"
                    self._kills[judgement.play.name] += 1
                elif judgement.verdict == "error":
                    fates[number] = "killed" if fates[number] == "killed" else "unjudged"
                    self.faults.append(self._unjudged(batch[number], judgement))
        return fates

    def _unjudged(self, mutant: Mutant, judgement: Judgement) -> str:
        what = f"{mutant.operator.name} in line {mutant.line}: {judgement.play.name} could not be judged"
        return f"{self.exercise.id} {what}: {judgement.reason}"

    def _judge(self, programs: Iterable[tuple[str, Path]], checks: frozenset[str]) -> Judged:
        player = SharingPlayer(WorkerPlayer())
        try:
            submissions = [Submission(self.exercise, file, label) for label, file in programs]
            session = Session(
                course=self._course,
                submissions={self.exercise: submissions},
                seed=_SEED,
                player=player,
                checks=checks,
            )
            judged = judge(session)
        finally:
            player.close()
        if judged.interrupted:
            raise KeyboardInterrupt
        self.faults += judged.faults
        return judged
