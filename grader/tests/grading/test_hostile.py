"""Submissions that try to get the better of the grader, judged in one session beside honest ones."""

from __future__ import annotations

import os
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grader.grading import Limits, Session, WorkerPlayer, judge
from grader.grading._landlock import SCOPES_FROM, version
from grader.lab.exercises import Course, Exercise
from grader.lab.playing import Submission
from grader.lab.proc import children
from grader.lab.wording import failure_lines

if TYPE_CHECKING:
    from grader.lab.plugin import Judgement

HERE = Path(__file__).parent
COURSE = Course(HERE / "course")
FUNDAMENTALS = Exercise("concurrency", "fundamentals")
HOSTILE = sorted((HERE / "hostile").glob("*.py"))
# A program that runs for ever costs these, so they are short; an honest one needs a hundredth of them.
LIMITS = Limits(call=3.0, cpu=0.6, suite=3.0)
FULL_MARKS = 10

pytestmark = pytest.mark.timeout(240)


@dataclass
class Aftermath:
    """What was judged, and what was left behind when everything was over."""

    judgements: dict[tuple[str, str], list[Judgement]]
    faults: list[str]
    new_children: set[int]
    left_files: list[str]

    def points(self, exercise: str, label: str) -> int:
        """Return how many points a submission has."""
        return sum(item.play.check.points for item in self.judgements[exercise, label] if item.verdict == "pass")

    def told(self, label: str) -> str:
        """Return the text of all failures of a hostile submission."""
        found = self.judgements[FUNDAMENTALS.id, label]
        return "\n".join("\n".join(failure_lines(item.failure)) for item in found if item.failure is not None)


@pytest.fixture(scope="module")
def aftermath(tmp_path_factory: pytest.TempPathFactory) -> Aftermath:
    """All hostile submissions and an honest one of each exercise, judged together."""
    scratch = tmp_path_factory.mktemp("scratch")
    before, tempfile.tempdir = tempfile.tempdir, str(scratch)
    already = set(children())
    try:
        submissions = {
            exercise: [Submission(exercise, COURSE.root / "honest" / exercise.file, "honest")]
            for exercise in COURSE.exercises()
        }
        hostile = [Submission(FUNDAMENTALS, file, file.stem) for file in HOSTILE]
        submissions[FUNDAMENTALS] = [*hostile, *submissions[FUNDAMENTALS]]
        judged = judge(Session(COURSE, submissions, 1, WorkerPlayer(LIMITS)))
    finally:
        tempfile.tempdir = before
    found: dict[tuple[str, str], list[Judgement]] = {}
    for item in judged.judgements:
        found.setdefault((item.play.submission.exercise.id, item.play.submission.label), []).append(item)
    left = [str(path) for path in scratch.rglob("*")]
    return Aftermath(found, judged.faults, set(children()) - already, left)


def header(file: Path, word: str) -> str:
    """Return what a hostile submission's comment says after a word."""
    match = re.search(rf"^# {word}: (.*)$", file.read_text(encoding="utf-8", errors="replace"), re.MULTILINE)
    return match[1] if match is not None else ""


def without_seconds(text: str) -> str:
    """Leave out how many seconds it took: that is the limit's, not the submission's."""
    return re.sub(r"[\d.]+ s\b", "some s", text)


@pytest.mark.parametrize("file", HOSTILE, ids=lambda file: file.stem)
def test_a_hostile_submission_gains_nothing(aftermath: Aftermath, file: Path) -> None:
    """It has no point unless it does the work as well, and every check has a verdict."""
    verdicts = [item.verdict for item in aftermath.judgements[FUNDAMENTALS.id, file.stem]]
    assert len(verdicts) == len(aftermath.judgements[FUNDAMENTALS.id, "honest"])
    assert set(verdicts) <= {"pass", "fail"}
    expected = FULL_MARKS if header(file, "Scores") == "all" else 0
    assert aftermath.points(FUNDAMENTALS.id, file.stem) == expected


@pytest.mark.parametrize("file", [file for file in HOSTILE if header(file, "Told")], ids=lambda file: file.stem)
def test_a_hostile_submission_is_told_what_happened(aftermath: Aftermath, file: Path) -> None:
    """The failure names the event in plain words; where workers may not do it at all, it says that."""
    is_root = os.geteuid() == 0
    words = ["Told"]
    words += ["Told to the confined"] if is_root or version() >= SCOPES_FROM else []
    words += ["Told where Landlock is"] if is_root or version() else []
    wanted = next(told for word in reversed(words) if (told := header(file, word)))
    assert without_seconds(wanted) in without_seconds(aftermath.told(file.stem))


@pytest.mark.parametrize("exercise", COURSE.exercises(), ids=lambda exercise: exercise.id)
def test_honest_submissions_lose_nothing(aftermath: Aftermath, exercise: Exercise) -> None:
    """Whoever is judged beside hostile submissions has full marks as ever."""
    assert aftermath.points(exercise.id, "honest") == FULL_MARKS


def test_no_process_is_left(aftermath: Aftermath) -> None:
    """Daemons, children of children and whatever ignored signals are gone with the grading."""
    assert aftermath.new_children == set()


def test_no_file_is_left(aftermath: Aftermath) -> None:
    """Every folder that was made for a submission is gone, also one that is deep and not writable."""
    assert aftermath.left_files == []


def test_the_grader_was_never_at_fault(aftermath: Aftermath) -> None:
    """What a submission does is never mistaken for a fault of the grader."""
    assert aftermath.faults == []
