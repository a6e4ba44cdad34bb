"""The report in a terminal: each exercise as soon as it has been judged, failures in full, the total at the end."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from grader.lab.exercises import PACKAGE, Exercise
from grader.lab.safe import clean, clean_lines
from grader.lab.words import count
from grader.report.block import BAR, print_failure
from grader.report.commands import Commands
from grader.report.flags import print_flags
from grader.report.phrases import AUTHORITIES, isolation, measured, none_could_run, score, skipped, state, todo
from grader.report.repeats import Told
from grader.report.screen import Screen

if TYPE_CHECKING:
    from grader.grading import CheckResult, ExerciseResult, Report, Step
    from grader.lab import FailureData

_MARGIN = " " * 4
_AGAIN = f"{_MARGIN}Again: "
_FAULTS = 5
_FAULT_LINES = 12
_SIGNS = {"pass": "✓", "fail": "✗", "skip": "-", "error": "!", "todo": "○"}
_PLAIN_SIGNS = {"pass": "ok  ", "fail": "FAIL", "skip": "skip", "error": "????", "todo": "todo"}
_STYLES = {"pass": "green", "fail": "red", "skip": "yellow", "error": "magenta", "todo": "yellow"}


class TerminalReport:
    """Prints results as they come."""

    def __init__(self, screen: Screen | None = None, commands: Commands | None = None) -> None:
        """Choose where to print.

        Args:
            screen: by default, standard output.
            commands: how the reader calls the grader.
        """
        self.screen = screen or Screen(sys.stdout)
        self._commands = commands or Commands()
        self._signs = _SIGNS if self.screen.unicode else _PLAIN_SIGNS
        self._previous: ExerciseResult | None = None

    def step(self, step: Step) -> None:
        """Say what is judged now, where there is somebody to look."""
        self.screen.working(f"{step.number}/{step.of}  {step.exercise}: {clean(step.title)}")

    def exercise(self, result: ExerciseResult) -> None:
        """Print one exercise."""
        if self._previous is not None and (self._previous.started or result.started):
            self.screen.line()
        self._previous = result
        style = "bold green" if result.verdict == "pass" else "bold"
        self.screen.wrapped(result.id, style, end=score(result.points, result.max_points))
        if result.problem is not None:
            print_failure(self.screen, result.problem)
            self.screen.wrapped(none_could_run(len(result.checks)), first=_MARGIN)
            self._again(self._commands.whole([result.id], self._room))
        elif not result.started:
            self.screen.wrapped(f"not started yet. {todo(result.checks)}", "yellow", first="  ", rest=_MARGIN)
        else:
            told = Told()
            for check in result.checks:
                self._check(result, check, told)

    def end(self, report: Report, *, interrupted: bool = False) -> None:
        """Print the total, what to do next, and what went wrong in the grader.

        Args:
            report: all results, of which each exercise has been printed.
            interrupted: whether somebody pressed Ctrl-C.
        """
        self.stop()
        if report.exercises:
            self.screen.line()
            self._total(report)
        if report.isolation == "none":
            words = "Your program ran inside the grader itself: good for breakpoints, but no proof of anything."
            self.screen.wrapped(words, "yellow")
        if report.faults:
            self._faults(report)
        if interrupted:
            judged = "only the exercises above were judged" if report.exercises else "no exercise was judged"
            self.screen.wrapped(f"Interrupted: {judged} to the end.", "yellow")
        elif report.could_judge:
            self._next(report)
        print_flags(self.screen, report)
        if report.exercises and report.isolation != "none":
            self.screen.wrapped(isolation(report), "dim")
        self.screen.wrapped(f"Seed {report.seed}: --seed {report.seed} repeats this with the same inputs.", "dim")
        self.screen.wrapped(AUTHORITIES[report.authority], "dim")

    def stop(self) -> None:
        """Take away what goes on."""
        self.screen.idle()

    def _check(self, result: ExerciseResult, check: CheckResult, told: Told) -> None:
        failure = check.failure
        waiting = failure is not None and failure.kind == "not_started"
        kind = "todo" if waiting else check.verdict
        points = "?" if check.verdict == "error" else check.points
        sign = f"  {self._signs[kind]} "
        self.screen.wrapped(clean(check.title), _STYLES[kind], first=sign, end=score(points, check.max_points))
        if check.hidden and failure is not None:
            self.screen.wrapped(failure.verdict, first=_MARGIN)
        elif waiting:
            self.screen.wrapped(f"not started yet. {todo([check])}", first=_MARGIN, rest=f"{_MARGIN}  ")
        elif failure is not None:
            self._failed(result, check, failure, told)
        elif check.verdict == "skip":
            self.screen.wrapped(skipped(result, check), first=_MARGIN)
        elif check.note:
            self.screen.wrapped(check.note, "dim", first=_MARGIN, rest=_MARGIN)
        elif check.verdict == "error":
            self.screen.wrapped("The grader could not judge this. It isn't your mistake: see below.", first=_MARGIN)

    def _failed(self, result: ExerciseResult, check: CheckResult, failure: FailureData, told: Told) -> None:
        same = told.same(failure)
        if same is not None:
            self.screen.wrapped(f'The same as in "{clean(same)}".', first=_MARGIN)
            return
        similar = told.similar(failure)
        closing = f'The rest is as in "{clean(similar)}".' if similar is not None else ""
        reference = check.reference.makespan if check.reference is not None and check.reference.peak else None
        news = told.news(failure)
        print_failure(self.screen, news, measured=measured(check), closing=closing, reference=reference)
        told.add(check.title, failure)
        if check.note:
            self.screen.wrapped(check.note, "dim", first=_MARGIN, rest=_MARGIN)
        exercise = Exercise(*result.id.split("/", 1))
        hints = f"{PACKAGE}/{exercise.concept}/HINTS.md, {exercise.section}, Task {check.task}"
        self.screen.wrapped(hints, first=f"{_MARGIN}Hints: ")
        self._again(self._commands.lines(check.rerun, self._room))

    @property
    def _room(self) -> int:
        return self.screen.width - len(_AGAIN)

    def _again(self, command: list[str]) -> None:
        for index, line in enumerate(command):
            self.screen.line(f"{' ' * len(_AGAIN) if index else _AGAIN}{line}")

    def _total(self, report: Report) -> None:
        exercises = report.exercises
        if len(exercises) > 1 and any(exercise.started for exercise in exercises):
            width = max(len(exercise.id) for exercise in exercises) + 2
            for exercise in exercises:
                reached = score(exercise.points, exercise.max_points)
                style = "green" if exercise.verdict == "pass" else ""
                self.screen.line(f"  {exercise.id:<{width}}{reached:>5}  {state(exercise)}", style)
        total = f"Total  {score(report.points, report.max_points)}"
        unjudged = sum(check.max_points for item in exercises for check in item.checks if check.verdict == "error")
        if unjudged:
            total += f", of which {count(unjudged, 'point')} could not be judged"
        self.screen.wrapped(total, "bold")

    def _faults(self, report: Report) -> None:
        self.screen.line()
        words = (
            "The grader itself failed. This is not your mistake, and it costs you nothing. Please send what follows, "
            "and the command that you gave, to whoever runs the course:"
        )
        self.screen.wrapped(words, "magenta")
        versions = f"grader {report.grader}, Python {report.python}, {sys.platform}, seed {report.seed}"
        self.screen.wrapped(versions, first=BAR, rest=BAR)
        faults = list(dict.fromkeys(report.faults))
        for fault in faults[:_FAULTS]:
            first, _, rest = fault.partition("\n")
            for line in [clean(first), *clean_lines(rest, _FAULT_LINES)]:
                self.screen.wrapped(line, first=BAR, rest=f"{BAR}  ")
        if len(faults) > _FAULTS:
            self.screen.line(f"{BAR}and {len(faults) - _FAULTS} more")
        self.screen.line()

    def _next(self, report: Report) -> None:
        unfinished = [exercise for exercise in report.exercises if exercise.verdict != "pass"]
        begun = next((exercise for exercise in unfinished if exercise.started), None)
        if begun is not None:
            to_go = count(sum(check.verdict != "pass" for check in begun.checks), "check")
            self._advice(f"Next: {begun.id}, {to_go} to go. Only this exercise:", [begun.id])
        elif unfinished:
            concept = unfinished[0].id.partition("/")[0]
            file = f"{clean(report.submission)}/{unfinished[0].id}.py"
            self.screen.wrapped(f"Next: read {PACKAGE}/{concept}/README.md, then edit {file}.", "bold")
        elif report.complete:
            self.screen.wrapped("Everything passed. Well done!", "bold green")
        else:
            self._advice("Passed. Now all of it:", [exercise.id for exercise in report.exercises])

    def _advice(self, words: str, exercises: list[str]) -> None:
        self.screen.wrapped(words, "bold")
        for line in self._commands.whole(exercises, self.screen.width - len(_MARGIN)):
            self.screen.line(f"{_MARGIN}{line}", "bold")
