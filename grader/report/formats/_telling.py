"""What is told of a check, as lines of plain text: the same facts in every format."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.lab.exercises import PACKAGE, Exercise
from grader.lab.safe import clean, clean_lines
from grader.lab.wording import failure_parts
from grader.report.formats._escaping import clipped, log_line
from grader.report.phrases import measured, skipped, todo

if TYPE_CHECKING:
    from grader.grading import CheckResult, ExerciseResult
    from grader.lab import FailureData
    from grader.report.formats._graded import Graded

LIMIT = 8_000
"""Characters that are told of one check."""

LOST = "This was not judged, which costs you nothing."
UNJUDGED = "The grader could not judge this. It isn't your mistake, and it costs you nothing."

_WIDTH = 72
_LABEL_WIDTH = 10
_QUOTE = "> "
_FAULTS, _FAULT_LINES = 5, 12
_FACTS = frozenset({"verdict", "called", "observed", "expected"})
_BRIEF = frozenset({"verdict", "called", "observed", "expected", "line", "question"})


def title(check: CheckResult) -> str:
    """Return a check's title: one line."""
    return clean(check.title)


def told(graded: Graded, result: ExerciseResult, check: CheckResult, *, unicode: bool = False) -> str:
    """Tell what came out of a check; an empty text if it passed and nothing more is known.

    Args:
        graded: the grading it belongs to.
        result: the exercise it belongs to.
        check: the check.
        unicode: whether the timeline may be drawn with block characters.
    """
    if check.verdict == "error":
        return UNJUDGED
    if check.verdict == "skip":
        return skipped(result, check)
    if check.failure is None:
        return clean(check.note)
    if check.hidden:
        return clean(check.failure.verdict)
    if check.failure.kind == "not_started":
        return f"Not started yet. {todo([check])}"
    lines = failure_text(check.failure, measured(check), unicode=unicode)
    lines += [f"  {clean(check.note)}"] if check.note else []
    exercise = Exercise(*result.id.split("/", 1))
    lines.append(f"Hints: {PACKAGE}/{exercise.concept}/HINTS.md, {exercise.section}, Task {check.task}")
    again = [clean(line) for line in graded.commands.lines(check.rerun, _WIDTH)]
    lines += [f"Again: {again[0]}", *(f"       {line}" for line in again[1:])]
    return clipped("\n".join(map(log_line, lines)), LIMIT)


def failure_text(failure: FailureData, figures: str = "", *, unicode: bool = False) -> list[str]:
    """Tell a failure in lines, with what the program printed.

    Args:
        failure: what is told.
        figures: the run's own beside the reference's; empty for none.
        unicode: whether the timeline may be drawn with block characters.
    """
    lines = []
    for part in failure_parts(failure, unicode=unicode, width=_WIDTH):
        if figures and part.kind not in _FACTS:
            lines.append(f"  {'measured':<{_LABEL_WIDTH}}{figures}")
            figures = ""
        if part.kind == "verdict":
            lines.append(part.text)
        elif part.kind == "question":
            lines.append(f"  {part.text}")
        else:
            quote = _QUOTE if part.kind == "printed" else ""
            lines.append(f"  {part.label:<{_LABEL_WIDTH}}{quote}{part.text}".rstrip())
    return [*lines, f"  {'measured':<{_LABEL_WIDTH}}{figures}"] if figures else lines


def brief(failure: FailureData) -> str:
    """Tell a failure without what needs letters of one width, and without what the program printed."""
    parts = [part for part in failure_parts(failure) if part.kind in _BRIEF]
    lines = [f"{part.label}: {part.text}" if part.label else part.text for part in parts]
    return clipped("\n".join(map(log_line, lines)), LIMIT // 4)


def circumstances(graded: Graded) -> dict[str, str]:
    """Return what a result depends on besides the submission, and how far it may be trusted."""
    report = graded.report
    return {
        "seed": str(report.seed),
        "grader": report.grader,
        "python": report.python,
        "isolation": report.isolation,
        "authority": report.authority,
    }


def faults(graded: Graded) -> str:
    """Tell what went wrong in the grader, for whoever runs the course; an empty text if nothing did."""
    report = graded.report
    every = list(dict.fromkeys(report.faults))
    if not every:
        return ""
    lines = [f"grader {report.grader}, Python {report.python}, seed {report.seed}"]
    for fault in every[:_FAULTS]:
        first, _, rest = fault.partition("\n")
        lines += [clean(first), *(f"  {line}" for line in clean_lines(rest, _FAULT_LINES))]
    lines += [f"and {len(every) - _FAULTS} more"] if len(every) > _FAULTS else []
    return clipped("\n".join(map(log_line, lines)), LIMIT)
