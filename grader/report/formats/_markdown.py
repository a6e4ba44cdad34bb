"""Markdown as GitHub reads it: the table of the exercises, then each failure.

Whatever may hold words of a submission stands in a fenced block; tables and headings hold the course's own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.lab.words import count
from grader.report.formats._escaping import fenced, html, markdown
from grader.report.formats._telling import circumstances, failure_text, faults, title, told
from grader.report.phrases import none_could_run, score, state, todo

if TYPE_CHECKING:
    from grader.grading import CheckResult, ExerciseResult
    from grader.report.formats._graded import Graded

_SIGNS = {"pass": "✅", "fail": "❌", "skip": "⬜", "error": "⚠️"}
_ROOM_FOR_THE_REST = 200


def to_markdown(graded: Graded, limit: int | None = None) -> str:
    """Return the report as Markdown.

    Args:
        graded: what is told.
        limit: bytes that it may have; by default, any number. What doesn't fit is left out from the end, block by
            block, and that is said. The table of the exercises is always there.
    """
    head = [*_head(graded), _table(graded), _circumstances(graded)]
    blocks = [block for result in graded.report.exercises for block in _exercise(graded, result)]
    if limit is None:
        return _joined([*head, *blocks])
    room = limit - len(_joined(head).encode()) - _ROOM_FOR_THE_REST
    kept: list[str] = []
    for block in blocks:
        room -= len(block.encode()) + 2
        if room < 0:
            left = count(len(blocks) - len(kept), "part")
            kept.append(f"*{left} of this report would be too long for this page. The log has everything.*")
            break
        kept.append(block)
    return _joined([*head, *kept])


def _joined(blocks: list[str]) -> str:
    return "\n\n".join(blocks) + "\n"


def _head(graded: Graded) -> list[str]:
    report = graded.report
    if graded.no_grade:
        blocks = ["## Not graded", graded.no_grade]
        went_wrong = faults(graded)
        if went_wrong:
            blocks += ["For whoever runs the course:", fenced(went_wrong)]
    else:
        blocks = [f"## {score(report.points, report.max_points)} points"]
    if report.isolation == "none":
        blocks.append("**The program ran inside the grader itself (`--in-process`): this proves nothing.**")
    return blocks


def _table(graded: Graded) -> str:
    rows = ["| | exercise | points | |", "|---|---|---:|---|"]
    for result in graded.report.exercises:
        points = score("?" if result.verdict == "error" else result.points, result.max_points)
        rows.append(f"| {_SIGNS[result.verdict]} | {markdown(result.id)} | {points} | {markdown(state(result))} |")
    rows += [f"| {_SIGNS['error']} | {markdown(name)} | ? | was not judged |" for name in graded.missing]
    return "\n".join(rows)


def _circumstances(graded: Graded) -> str:
    return f"<sub>{', '.join(f'{name} {markdown(value)}' for name, value in circumstances(graded).items())}</sub>"


def _exercise(graded: Graded, result: ExerciseResult) -> list[str]:
    if result.verdict == "pass":
        return []
    blocks = [f"### {markdown(result.id)}"]
    if result.problem is not None:
        words = none_could_run(len(result.checks))
        return [*blocks, fenced("\n".join(failure_text(result.problem, unicode=True))), markdown(words)]
    if not result.started:
        return [*blocks, fenced(f"Not started yet. {todo(result.checks)}")]
    return [*blocks, *(_check(graded, result, check) for check in result.checks)]


def _check(graded: Graded, result: ExerciseResult, check: CheckResult) -> str:
    points = score("?" if check.verdict == "error" else check.points, check.max_points)
    text = told(graded, result, check, unicode=True)
    if check.verdict == "pass" or not text:
        return f"{_SIGNS[check.verdict]} {markdown(title(check))} ({points})"
    # GitHub takes what is between the two tags for HTML up to the blank line, and for Markdown from there on.
    summary = f"<summary>{_SIGNS[check.verdict]} {html(title(check))} ({points})</summary>"
    return f"<details>{summary}\n\n{fenced(text)}\n\n</details>"
