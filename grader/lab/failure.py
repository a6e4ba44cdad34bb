"""A failure as data: what the student will read, before anybody decides how it is shown."""

from __future__ import annotations

from typing import Literal

import msgspec

Verdict = Literal["pass", "fail", "skip", "error"]
"""``skip``: what it depends on failed; ``error``: the grader's own fault."""


class LineNote(msgspec.Struct, frozen=True):
    """A line of the student's and what it did.

    Attributes:
        line: from 1; 0 if unknown.
        source: its text, stripped.
        note: such as ``waited 2 s, five times``.
    """

    line: int
    source: str
    note: str


class StepNote(msgspec.Struct, frozen=True):
    """A line of the student's that ran in one of the threads, in the order in which the lines ran.

    Attributes:
        thread: which thread.
        line: from 1.
        source: its text, stripped.
        did: what it read and wrote, and whether the thread was interrupted then.
        clash: whether it is one of the two steps that came between each other.
    """

    thread: str
    line: int
    source: str
    did: str
    clash: bool = False


class Segment(msgspec.Struct, frozen=True):
    """A stretch of a lane.

    Attributes:
        began: simulated seconds since the simulation began.
        ended: the same.
        kind: what went on: ``job``, ``request``, ``sleep``, ``wait`` (for others), ``await``, ``lock`` (waits for
            one), ``hold`` (has one), ``spin`` (waits busily), ``blocks`` (holds up its event loop), ``stuck``, or the
            instant ``preempted`` (a schedule interrupted it).
        label: words on it, such as ``job 1``.
        line: the student's line that it went on in, from 1; 0 if unknown.
    """

    began: float
    ended: float
    kind: str
    label: str = ""
    line: int = 0


class Lane(msgspec.Struct, frozen=True):
    """One thread, task, job or connection over simulated time.

    Attributes:
        name: such as ``job 1`` or ``Thread-2``.
        segments: what went on in it, and when.
    """

    name: str
    segments: list[Segment]


class FailureData(msgspec.Struct, frozen=True):
    """One failure, in the order in which it is told.

    Attributes:
        verdict: one sentence in the words of the concept.
        called: what was called.
        observed: what happened, with numbers.
        expected: what should have happened.
        lines: the student's lines that made it so.
        steps: in which order the threads' lines ran, where that is what made it so.
        schedule: that order as text, which replays it; empty where there was no choice.
        timeline: what ran when.
        question: the likely cause, as a question.
        kind: ``mistake``; ``not_started`` (a stub); ``unloadable`` (the file can't be imported); ``event`` (the program
            ended itself, ran or waited for ever, was killed).
        output: the end of what the program printed.
    """

    verdict: str
    called: str = ""
    observed: str = ""
    expected: str = ""
    lines: list[LineNote] = []
    timeline: list[Lane] = []
    question: str = ""
    kind: Literal["mistake", "not_started", "unloadable", "event"] = "mistake"
    output: str = ""
    steps: list[StepNote] = []
    schedule: str = ""


class Failure(Exception):  # noqa: N818 - a verdict about a submission, not an error of the program
    """Raised by an expectation that isn't met."""

    def __init__(self, data: FailureData) -> None:
        super().__init__(data.verdict)
        self.data = data


class CannotJudgeError(Exception):
    """The grader itself could not judge; it costs the student nothing."""
