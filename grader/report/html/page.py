"""A report as one page that needs nothing else: no network, no other file, no server.

The page holds what a submission said, so its policy lets nothing run and nothing look but the one script and the one
style sheet that belong to it, by their hashes; and nothing at all may be loaded.
"""

from __future__ import annotations

import base64
import hashlib
from importlib.resources import files
from typing import TYPE_CHECKING

from grader.lab.exercises import PACKAGE
from grader.lab.safe import clean, clean_lines
from grader.lab.words import count
from grader.report.commands import Commands
from grader.report.html._check import SIGNS, WORDS, Room, Teller, anchor, command, failure_head, failure_tail, kind_of
from grader.report.html._markup import Markup, element, join, text
from grader.report.html._source import excerpt
from grader.report.looks import LOOKS, OTHER, patterns, stylesheet
from grader.report.phrases import AUTHORITIES, isolation, none_could_run, score, state, todo

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from grader.grading import CheckResult, ExerciseResult, Report, Runs

_TIMELINES = 1_000_000
"""Letters for all timelines of a page."""
_FAULTS = 5
_FAULT_LINES = 12
_ONE_LINE = 1_000_000


def report_page(
    report: Report,
    runs: Runs,
    commands: Commands | None = None,
    *,
    trace_of: Callable[[str, str], str] = lambda _exercise, _check: "",
) -> str:
    """Return a report as an HTML page.

    Args:
        report: all results.
        runs: what was seen of the runs behind them.
        commands: how the reader calls the grader.
        trace_of: address of a check's trace beside the page, given exercise and check; an empty string for none.
    """
    commands = commands or Commands()
    room = Room(_TIMELINES)
    kinds = {**LOOKS, "other": OTHER}
    style, script = f"{_resource('style.css')}\n{stylesheet(kinds)}\n", _resource("script.js")
    head = [
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=_policy(style, script)),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("meta", name="referrer", content="no-referrer"),
        element("title", f"{score(report.points, report.max_points)} points: {clean(report.submission, 100)}"),
        # As they are: neither holds anything of a submission, and a hash is made of them.
        Markup(f"<style>{style}</style>"),
    ]
    sections = [
        _exercise(result, Teller(result, runs, commands, room, _traces(result, trace_of)))
        for result in report.exercises
    ]
    body = [
        element("a", "Skip to the results", href="#results", class_="skip"),
        Markup(f'<svg class="patterns" width="0" height="0" aria-hidden="true">{"".join(patterns(kinds))}</svg>'),
        _header(report, commands),
        element("main", *_faults(report), *sections, id="results"),
        _footer(report),
        Markup(f"<script>{script}</script>"),
    ]
    page = element("html", element("head", *head), element("body", *body), lang="en")
    return f"<!DOCTYPE html>\n{page}\n"


def _traces(result: ExerciseResult, trace_of: Callable[[str, str], str]) -> Callable[[CheckResult], str]:
    return lambda check: trace_of(result.id, check.id)


def _policy(style: str, script: str) -> str:
    hashes = [base64.b64encode(hashlib.sha256(part.encode()).digest()).decode() for part in (style, script)]
    return (
        f"default-src 'none'; style-src 'sha256-{hashes[0]}'; script-src 'sha256-{hashes[1]}'; "
        "base-uri 'none'; form-action 'none'"
    )


def _resource(name: str) -> str:
    return files("grader.report.html").joinpath(name).read_text(encoding="utf-8")


def _header(report: Report, commands: Commands) -> Markup:
    reached = element("span", str(report.points), class_="reached")
    parts = [
        element("p", f"Python concurrency: {clean(report.submission, 100)}", class_="kicker"),
        element("h1", reached, f" of {count(report.max_points, 'point')}"),
        *_standing(report, commands),
    ]
    if report.exercises:
        parts.append(_overview(report))
    return element("header", *parts)


def _standing(report: Report, commands: Commands) -> Iterator[Markup]:
    """Say what the points mean, and what is next."""
    unjudged = sum(check.max_points for item in report.exercises for check in item.checks if check.verdict == "error")
    if unjudged:
        yield element("p", f"{count(unjudged, 'point')} could not be judged, so this is no grade.", class_="warning")
    if not report.complete:
        yield element("p", "Not every check of these exercises was run, so this is no grade.", class_="warning")
    if report.isolation == "none":
        words = "The program ran inside the grader itself: good for breakpoints, but no proof of anything."
        yield element("p", words, class_="warning")
    unfinished = [exercise for exercise in report.exercises if exercise.verdict != "pass"]
    begun = next((exercise for exercise in unfinished if exercise.started), None)
    if begun is not None:
        to_go = count(sum(check.verdict != "pass" for check in begun.checks), "check")
        link = element("a", begun.id, href=f"#{anchor(begun.id)}")
        yield element("p", "Next: ", link, f", {to_go} to go. Only this exercise:", class_="next")
        yield command(commands.whole([begun.id], _ONE_LINE)[0])
    elif unfinished:
        concept = unfinished[0].id.partition("/")[0]
        file = f"{clean(report.submission)}/{unfinished[0].id}.py"
        yield element("p", f"Next: read {PACKAGE}/{concept}/README.md, then edit {file}.", class_="next")
    elif report.exercises and report.complete:
        yield element("p", "Everything passed. Well done!", class_="next")


def _overview(report: Report) -> Markup:
    heads = [element("th", words, scope="col") for words in ("Exercise", "Checks", "Points")]
    rows = []
    for result in report.exercises:
        kinds = [kind_of(check) for check in result.checks]
        strip = [element("span", SIGNS[kind], class_=f"sign {kind}", aria_hidden="true") for kind in kinds]
        passed = sum(kind == "pass" for kind in kinds)
        words = element("span", f"{state(result)}; {passed} of {len(kinds)} passed", class_="unseen")
        cells = [
            element("th", element("a", _name(result), href=f"#{anchor(result.id)}"), scope="row"),
            element("td", *strip, words, class_="strip"),
            element("td", str(result.points), element("small", f"/{result.max_points}"), class_="points"),
        ]
        rows.append(element("tr", *cells))
    table = element(
        "table", element("caption", "All exercises", class_="unseen"),
        element("thead", element("tr", *heads)), element("tbody", *rows),
    )  # fmt: skip
    kinds_shown = dict.fromkeys(kind_of(check) for result in report.exercises for check in result.checks)
    legend = [
        element("li", element("span", SIGNS[kind], class_=f"sign {kind}", aria_hidden="true"), " ", WORDS[kind])
        for kind in SIGNS
        if kind in kinds_shown
    ]
    return element("nav", table, element("ul", *legend, class_="legend"), aria_label="Exercises", class_="overview")


def _exercise(result: ExerciseResult, teller: Teller) -> Markup:
    place = anchor(result.id)
    heading = element(
        "div",
        element("h2", _name(result), id=f"{place}-name"),
        element("p", str(result.points), element("small", f"/{result.max_points}"), class_="points"),
        class_="title",
    )
    return element("section", heading, *_content(result, teller), id=place, aria_labelledby=f"{place}-name")


def _name(result: ExerciseResult) -> Markup:
    """Write the name of an exercise, which a narrow line may break behind its concept."""
    concept, _, name = result.id.partition("/")
    return join(f"{concept}/", element("wbr"), name)


def _content(result: ExerciseResult, teller: Teller) -> Iterator[Markup]:
    if result.problem is not None:
        problem = result.problem
        check = next((check for check in result.checks if not check.hidden), result.checks[0])
        run, file = teller.runs.of(result.id, check.id), check.file
        again = teller.commands.whole([result.id], _ONE_LINE)[0]
        parts = [*failure_head(problem), excerpt(problem, run, file), *failure_tail(problem)]
        parts += [element("p", none_could_run(len(result.checks))), command(again)]
        yield element("div", element("div", *parts, class_="body"), class_="check fail whole")
    elif not result.started:
        yield element("p", f"Not started yet. {todo(result.checks)}")
    else:
        yield from map(teller.check, result.checks)


def _faults(report: Report) -> Iterator[Markup]:
    if not report.faults:
        return
    words = (
        "The grader itself failed. This is not your mistake, and it costs you nothing. Please send what follows, and "
        "the command that you gave, to whoever runs the course:"
    )
    told = list(dict.fromkeys(report.faults))
    lines = [line for fault in told[:_FAULTS] for line in _fault_lines(fault)]
    lines += [f"and {len(told) - _FAULTS} more"] if len(told) > _FAULTS else []
    shown = Markup("\n".join(text(line) for line in lines))
    heading = element("h2", "What could not be judged", id="faults")
    yield element(
        "section", heading, element("p", words), element("pre", shown), class_="faults", aria_labelledby="faults"
    )


def _fault_lines(fault: str) -> list[str]:
    first, _, rest = fault.partition("\n")
    return [clean(first), *clean_lines(rest, _FAULT_LINES)]


def _footer(report: Report) -> Markup:
    facts = [
        ("Python", report.python),
        ("grader", report.grader),
        ("seed", f"{report.seed}; --seed {report.seed} repeats this with the same inputs"),
        ("standing", AUTHORITIES[report.authority]),
        ("isolation", isolation(report).removeprefix("Isolation: ")),
    ]
    told = [element("div", element("dt", label), element("dd", what)) for label, what in facts]
    words = (
        "All times are simulated, and exact: the same program has the same times on every machine. Everything in a "
        "failure may hold words of the program itself."
    )
    return element("footer", element("p", words), element("dl", *told, class_="facts"))
