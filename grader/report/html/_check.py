"""One check on the page: its verdict, and all that is told of a failure, in the order of every report."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from grader.lab.exercises import PACKAGE, Exercise
from grader.lab.safe import clean_lines
from grader.lab.words import duration
from grader.report.html._markup import Markup, element, join, prose, text
from grader.report.html._source import excerpt
from grader.report.html._steps import step_list
from grader.report.html._timeline import Panel, alike, takes_time, timeline
from grader.report.phrases import measured, skipped, todo
from grader.report.repeats import Told

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from grader.grading import CheckResult, ExerciseResult, Runs
    from grader.lab import FailureData
    from grader.lab.failure import Lane
    from grader.lab.seen import Measures
    from grader.report.commands import Commands

SIGNS = {"pass": "✓", "fail": "✗", "skip": "-", "error": "!", "todo": "○"}
"""By the kind of a check: its verdict, or ``todo`` for what isn't started yet."""
WORDS = {
    "pass": "passed",
    "fail": "failed",
    "skip": "not checked",
    "error": "could not be judged",
    "todo": "not started yet",
}
"""The same in words."""

_TITLE_LETTERS = 200
_OUTPUT_LINES = 5
_OUTPUT_LETTERS = 150
_ONE_LINE = 1_000_000


@dataclass
class Room:
    """How much the timelines of a page may still take, so that no submission makes it too large to open."""

    letters: int

    def fitting(self, drawn: Markup) -> Markup:
        """Return what was drawn if there is room for it, else a line that says so."""
        if len(drawn) > self.letters:
            return element("p", "Its timeline is left out: this page would be too large.", class_="soft")
        self.letters -= len(drawn)
        return drawn


@dataclass
class Teller:
    """Tells the checks of one exercise.

    Attributes:
        result: the exercise.
        runs: what was seen of each run.
        commands: how the reader calls the grader.
        room: for timelines.
        trace_of: address of a check's trace, given the check; an empty string if there is none.
        told: what has been told of this exercise.
    """

    result: ExerciseResult
    runs: Runs
    commands: Commands
    room: Room
    trace_of: Callable[[CheckResult], str]
    told: Told = field(default_factory=Told)

    def check(self, check: CheckResult) -> Markup:
        """Tell one check."""
        kind = kind_of(check)
        points = "?" if check.verdict == "error" else str(check.points)
        head = [
            element("span", SIGNS[kind], class_="sign", aria_hidden="true"),
            element("h3", element("span", f"{WORDS[kind].capitalize()}: ", class_="unseen"), _title(check)),
            element("span", points, element("small", f"/{check.max_points}"), class_="points"),
        ]
        body = self._body(check)
        place, classes = anchor(self.result.id, check.id), f"check {kind}"
        if not body:
            return element("div", element("div", *head, class_="head"), class_=classes, id=place)
        summary = element("summary", *head, class_="head")
        opened = check.verdict in {"fail", "error"} and kind != "todo"
        return element("details", summary, element("div", *body, class_="body"), class_=classes, id=place, open=opened)

    def _body(self, check: CheckResult) -> list[Markup]:
        failure = check.failure
        if check.hidden and failure is not None:
            return [element("p", text(failure.verdict))]
        if kind_of(check) == "todo":
            return [element("p", f"Not started yet. {todo([check])}")]
        if failure is not None:
            return self._failed(check, failure)
        if check.verdict == "skip":
            return [element("p", skipped(self.result, check))]
        if check.verdict == "error":
            return [element("p", "The grader could not judge this. It isn't your mistake: see above.")]
        note = [element("p", check.note, class_="soft")] if check.note else []
        return [*note, *self._timeline(check)]

    def _failed(self, check: CheckResult, failure: FailureData) -> list[Markup]:
        same = self.told.same(failure)
        if same is not None:
            return [element("p", "The same as in ", self._link(same), "."), *self._hidden_timeline(check)]
        similar = self.told.similar(failure)
        news = self.told.news(failure)
        self.told.add(check.title, failure)
        run = self.runs.of(self.result.id, check.id)
        # A standstill shows in its steps, too, although in words who waits for whom is enough.
        steps = news.steps or run.steps
        parts = [
            *failure_head(news, measured(check)),
            excerpt(news, run, check.file),
            step_list(steps),
            *(self._timeline(check) if similar is None else []),
            *failure_tail(news),
        ]
        if similar is not None:
            parts.append(element("p", "The rest is as in ", self._link(similar), "."))
            parts += self._hidden_timeline(check)
        return [*parts, self._onwards(check)]

    def _timeline(self, check: CheckResult) -> list[Markup]:
        """Draw what ran when, with the reference solution below, to the same scale; nothing if nothing took time."""
        run, exercise = self.runs.of(self.result.id, check.id), self.result.id
        own = run.lanes if takes_time(run.lanes) or check.failure is None else check.failure.timeline
        if not takes_time(own):
            return []
        if not run.comparable:
            return [self.room.fitting(timeline([Panel("Your program, in the order of threads that failed", own)]))]
        panels = [Panel(f"Your program: {_took(own, check.measures)}", own)]
        reference = self.runs.reference(exercise, check.id)
        same = takes_time(reference) and alike(own, reference)
        if takes_time(reference) and not same:
            panels.append(Panel(f"The reference solution: {_took(reference, check.reference)}", reference))
        note = [element("p", "The reference solution's timeline looks the same.", class_="soft")] if same else []
        return [self.room.fitting(timeline(panels)), *note]

    def _hidden_timeline(self, check: CheckResult) -> list[Markup]:
        drawn = self._timeline(check)
        return [element("details", element("summary", "Its timeline"), *drawn, class_="more")] if drawn else []

    def _link(self, title: str) -> Markup:
        """Refer to another check of the exercise, by its title."""
        other = next((check for check in self.result.checks if check.title == title), None)
        if other is None:
            return element("q", text(title, _TITLE_LETTERS))
        return element("a", _title(other), href=f"#{anchor(self.result.id, other.id)}")

    def _onwards(self, check: CheckResult) -> Markup:
        """Say where the hints are, and how just this check is run again."""
        exercise = Exercise(*self.result.id.split("/", 1))
        hints = f"{PACKAGE}/{exercise.concept}/HINTS.md, {exercise.section}, Task {check.task}"
        facts = [("hints", Markup(text(hints))), ("again", command(self.commands.lines(check.rerun, _ONE_LINE)[0]))]
        trace = self.trace_of(check)
        if trace:
            link = element("a", trace, href=trace)
            facts.append(("trace", join(link, ", for ui.perfetto.dev")))
        if check.note:
            facts.append(("tried", text(check.note)))
        return element("dl", *_facts(facts), class_="facts onwards")


def failure_head(failure: FailureData, figures: str = "") -> list[Markup]:
    """Tell what went wrong, what was called, and what was observed and expected.

    Args:
        failure: what is told.
        figures: what was measured beside that; empty for nothing.
    """
    observed = element("ul", *(element("li", prose(part)) for part in failure.observed.split("; ")))
    told = [
        ("called", element("code", failure.called) if failure.called else join()),
        ("observed", observed if "; " in failure.observed else prose(failure.observed)),
        ("expected", prose(failure.expected)),
        ("measured", text(figures)),
    ]
    facts = _facts([(label, what) for label, what in told if what])
    return [
        element("p", prose(failure.verdict), class_="verdict"),
        *([element("dl", *facts, class_="facts")] if facts else []),
    ]


def failure_tail(failure: FailureData) -> list[Markup]:
    """Tell what the program printed, and the likely cause."""
    parts = []
    if failure.output.strip() and failure.kind != "not_started":
        lines = "\n".join(clean_lines(failure.output, _OUTPUT_LINES, _OUTPUT_LETTERS))
        printed = Markup("\n".join(text(line) for line in lines.split("\n")))
        parts.append(element("div", element("p", "Your program printed", class_="label"), element("pre", printed)))
    if failure.question:
        parts.append(element("p", prose(failure.question), class_="question"))
    return parts


def command(words: str) -> Markup:
    """Show a command, for the script to offer a copy of it."""
    # A word is a box of its own, as a line should end between two words and not at a hyphen.
    shown = [element("span", word) for word in words.split(" ")]
    return element("div", element("code", Markup(" ".join(shown))), class_="command")


def kind_of(check: CheckResult) -> str:
    """Return how a check stands: a key of `SIGNS`."""
    waiting = check.failure is not None and check.failure.kind == "not_started"
    return "todo" if waiting else check.verdict


def anchor(exercise: str, check: str = "") -> str:
    """Return the place of an exercise or a check on the page."""
    return "-".join([*exercise.split("/"), *([check] if check else [])])


def _title(check: CheckResult) -> Markup:
    return text(check.title, _TITLE_LETTERS)


def _facts(facts: Sequence[tuple[str, Markup]]) -> list[Markup]:
    return [element("div", element("dt", label), element("dd", what)) for label, what in facts]


def _took(lanes: Sequence[Lane], measures: Measures | None) -> str:
    """Say how long a run took, and how much of it was at once."""
    if measures is None:
        stuck = any(segment.kind == "stuck" for lane in lanes for segment in lane.segments)
        return "it never came to its end" if stuck else "how long it took isn't known"
    if not measures.peak:
        return duration(measures.makespan)
    return f"{duration(measures.makespan)}, {measures.peak} at once"
