"""The report in a terminal: each exercise as soon as it has been judged, failures in full, the total at the end."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn
from rich.text import Text

from grader.lab.wording import timeline_lines
from grader.report.safe import clean, clean_lines

if TYPE_CHECKING:
    from grader.grading import CheckResult, ExerciseResult, Report
    from grader.lab import FailureData

_INDENT = "      "
_WIDTH = 80
_OUTPUT_LINES = 5
_STYLES = {"pass": "green", "fail": "red", "skip": "yellow", "error": "magenta"}
_SIGNS = {"pass": "✓", "fail": "✗", "skip": "–", "error": "!"}
_PLAIN_SIGNS = {"pass": "ok", "fail": "FAIL", "skip": "skip", "error": "ERROR"}


class TerminalReport:
    """Prints results as they come. Colours and special characters only where the terminal has them."""

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console(file=sys.stdout, highlight=False, soft_wrap=True)
        self._unicode = self.console.encoding.lower().startswith("utf")
        self._progress: Progress | None = None

    def begin(self, exercises: int) -> None:
        """Show that work goes on, where there is somebody to look."""
        if self.console.is_terminal:
            self._progress = Progress(
                TextColumn("grading"), BarColumn(40), TextColumn("{task.completed}/{task.total}"),
                console=self.console, transient=True,
            )  # fmt: skip
            self._progress.add_task("grading", total=exercises)
            self._progress.start()

    def exercise(self, result: ExerciseResult) -> None:
        """Print one exercise."""
        if self._progress is not None:
            self._progress.advance(self._progress.task_ids[0])
        self._heading(result)
        if not result.started:
            self._not_started(result)
        elif result.problem is not None:
            self._failure(result.problem)
        else:
            for check in result.checks:
                self._check(result, check)
        self._print()

    def end(self, report: Report) -> None:
        """Print the total, what to do next, and what went wrong in the grader."""
        self.stop()
        self._line(f"Total  {report.points}/{report.max_points}", style="bold")
        if report.isolation == "none":
            self._line("Run in this process: for debugging only, it proves nothing.", style="yellow")
        for fault in report.faults:
            self._line("The grader could not judge everything. This is not your fault and costs you nothing.")
            self._line("Please send what follows, and your command, to whoever runs the course:")
            for line in clean_lines(fault, 12):
                self._line(f"  {line}", style="magenta")
        if report.could_judge:
            self._line(_next_step(report))

    def stop(self) -> None:
        """Take the progress away."""
        if self._progress is not None:
            self._progress.stop()
            self._progress = None

    def _heading(self, result: ExerciseResult) -> None:
        score = f"{result.points}/{result.max_points}"
        style = "bold green" if result.verdict == "pass" else "bold"
        self._line(f"{result.id:<{_WIDTH - len(score)}}{score}", style=style)

    def _not_started(self, result: ExerciseResult) -> None:
        concept = result.id.partition("/")[0]
        todo = next((check.failure.observed for check in result.checks if check.failure is not None), "")
        self._line(f"  not started yet: {clean(todo)}", style="yellow")
        self._line(f"  read exercises/{concept}/README.md, then edit exercises/{result.id}.py")

    def _check(self, result: ExerciseResult, check: CheckResult) -> None:
        signs = _SIGNS if self._unicode else _PLAIN_SIGNS
        score = f"{check.points}/{check.max_points}"
        left = f"  {signs[check.verdict]} {clean(check.title)}"
        self._line(f"{left:<{_WIDTH - len(score)}}{score}", style=_STYLES[check.verdict])
        if check.verdict == "skip":
            self._line(f"{_INDENT}{clean(check.message)}")
        if check.failure is not None:
            self._failure(check.failure)
            concept = result.id.partition("/")[0]
            self._line(f"{_INDENT}task {check.task} in exercises/{concept}/README.md, hints in HINTS.md beside it")
            self._line(f"{_INDENT}again: nox -s grade -- {check.rerun}")

    def _failure(self, failure: FailureData) -> None:
        self._line(f"{_INDENT}{clean(failure.verdict)}", style="bold")
        for label, text in (
            ("called", failure.called), ("observed", failure.observed), ("expected", failure.expected)
        ):  # fmt: skip
            if text:
                self._line(f"{_INDENT}{label:<10}{clean(text)}")
        for note in failure.lines:
            self._line(f"{_INDENT}line {note.line:<5}{clean(note.source, 100)}")
            if note.note:
                self._line(f"{_INDENT}{'':<10}{clean(note.note)}", style="cyan")
        for line in timeline_lines(failure.timeline, unicode=self._unicode):
            self._line(f"{_INDENT}{clean(line)}", style="cyan")
        if failure.output and failure.kind != "not_started":
            self._line(f"{_INDENT}Your program printed, at the end:")
            for line in clean_lines(failure.output, _OUTPUT_LINES):
                self._line(f"{_INDENT}  {line}", style="dim")
        if failure.question:
            self._line(f"{_INDENT}{clean(failure.question)}", style="italic")

    def _line(self, text: str, style: str = "") -> None:
        self.console.print(Text(text.rstrip(), style=style))

    def _print(self) -> None:
        self.console.print()


def _next_step(report: Report) -> str:
    unfinished = [exercise for exercise in report.exercises if exercise.verdict != "pass"]
    if not unfinished:
        return "Everything passed. Well done!"
    exercise = next((item for item in unfinished if item.started), unfinished[0])
    if not exercise.started:
        concept = exercise.id.partition("/")[0]
        return f"Next: read exercises/{concept}/README.md and begin with exercises/{exercise.id}.py."
    return f"Next: nox -s grade -- {exercise.id}"
