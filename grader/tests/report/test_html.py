"""The report as a page: what it tells, in which order, and that nothing a submission says becomes a part of it."""

from __future__ import annotations

import base64
import hashlib
import html
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pytest

from grader.grading import Report, Run, Runs
from grader.lab.failure import FailureData, Lane, LineNote, Segment, StepNote
from grader.report.html import report_page
from grader.report.looks import LOOKS
from grader.report.phrases import AUTHORITIES
from grader.tests.report.made import (
    SEQUENTIAL,
    MadeRuns,
    everything,
    exercise,
    failed,
    lanes_of,
    passed,
    race,
    report,
    sequential,
    unstarted,
)

if TYPE_CHECKING:
    from grader.report import Commands

HOSTILE = "</title></pre><script>alert(1)</script><img src=x onerror=alert(1)>&\"'\x00\x1b[31m\u202e\ud800\ufffe]]>`--"
VOID = {"meta", "wbr"}
INLINE = {"a", "b", "code", "small", "span"}
AT_ONCE = {"test_overlap": lanes_of(5, together=True)}


class Page(HTMLParser):
    """A page as a browser would take it apart, as far as that can be told without one.

    Attributes:
        elements: the name and attributes of each.
        words: all text that a reader gets to see, piece by piece.
        policy: the policy of the page.
        own: what is between the tags of a style or script.
    """

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.own: dict[str, str] = {}
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element that begins."""
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Require that it ends in its place."""
        assert self._open.pop() == tag
        if tag not in INLINE:
            self.words.append(" ")

    def handle_data(self, data: str) -> None:
        """Note what is written."""
        if self._open and self._open[-1] in {"style", "script"}:
            self.own[self._open[-1]] = data
        else:
            self.words.append(data)

    @property
    def text(self) -> str:
        """All that is written on the page."""
        return " ".join("".join(self.words).split())

    def all(self, **wanted: str) -> list[dict[str, str | None]]:
        """The attributes of each element that has these attributes; a class is one of its classes."""
        return [
            found
            for _, found in self.elements
            if all(value in (found.get(name.rstrip("_")) or "").split() for name, value in wanted.items())
        ]


def page_of(made: Report, runs: Runs | None = None, commands: Commands | None = None) -> Page:
    """The page of a report."""
    return Page(report_page(made, runs or MadeRuns(), commands))


def one_failure(failure: FailureData, run: Run | None = None) -> Page:
    """The page of a report with one failed check."""
    check = failed(failure, file="concurrency/fundamentals.py")
    return page_of(report(exercise(check)), MadeRuns({"test_overlap": run or SEQUENTIAL}, AT_ONCE))


def in_order(text: str, *parts: str) -> None:
    """Expect parts of a text in this order."""
    place = 0
    for part in parts:
        assert part in text[place:], f"{part!r} isn't in {text[place : place + 400]!r}"
        place = text.index(part, place) + len(part)


def test_it_needs_nothing_else() -> None:
    """The policy lets only the page's own style and script take part, by their hashes; nothing is loaded."""
    page = page_of(everything())
    (policy,) = [found["content"] for _, found in page.elements if found.get("http-equiv") == "Content-Security-Policy"]
    rules = dict(rule.split(" ", 1) for rule in str(policy).split("; "))
    assert rules["default-src"] == "'none'"
    assert {"base-uri", "form-action"} <= rules.keys()
    for rule, name in (("style-src", "style"), ("script-src", "script")):
        digest = base64.b64encode(hashlib.sha256(page.own[name].encode()).digest()).decode()
        assert rules[rule] == f"'sha256-{digest}'"
    tags = [tag for tag, _ in page.elements]
    assert (tags.count("style"), tags.count("script")) == (1, 1)
    assert not {"link", "img", "iframe", "object", "form", "base", "audio", "video"} & set(tags)
    assert not any(
        name in {"style", "src", "srcset"} or name.startswith("on") for _, found in page.elements for name in found
    )
    assert all(str(found["href"]).startswith("#") for _, found in page.elements if "href" in found)
    assert "@import" not in page.own["style"]
    assert re.findall(r"url\((?!#)", page.own["style"]) == []


def test_every_verdict_has_words() -> None:
    """Points, each check's verdict and what is next are told in words, and not by signs and colours alone."""
    page = page_of(everything())
    assert "2 of 10 points" in page.text
    for words in (
        "Passed: Results come in order", "Failed: Five jobs of 2 s take 2 s", "Not checked: Nothing left",
        "Could not be judged: No job", "Not started yet. TODO 1: run each job in its own thread",
        "Its check could not run.",
        "1 point could not be judged, so this is no grade.", "Not every check of these exercises was run",
        "The grader itself failed.", "concurrency/fundamentals, test_none: KeyError: 1",
        "--seed 7 repeats this with the same inputs", "Next: concurrency/fundamentals, 3 checks to go.",
    ):  # fmt: skip
        assert words in page.text, words


def test_a_failure_is_told_in_the_order_of_every_report() -> None:
    """Verdict, call, figures, lines, timeline, printed words, question, hints and the command, in this order."""
    failure = sequential()
    told = FailureData(**{name: getattr(failure, name) for name in failure.__struct_fields__} | {"output": "hello\n"})
    in_order(
        one_failure(told).text,
        "The jobs ran one after another.",
        "run_concurrently([5 jobs of 2 s])",
        "took 10 s",
        "2 s, as the reference takes",
        "waited 2 s, 5 times",
        "Your program: how long it took isn't known",
        "The reference solution",
        "hello",
        "Do you wait for each job before you start the next?",
        "exercises/concurrency/HINTS.md, Fundamentals, Task 1",
        "nox -s grade -- concurrency/fundamentals --check test_overlap --seed 7",
    )


def test_lines_are_shown_with_those_around_them_and_what_they_cost() -> None:
    """The lines that a failure names are marked; the dearest are there too; each has its time, and gaps are shown."""
    page = one_failure(sequential())
    in_order(page.text, "18", "line_18()", "20", "line_20()", "10 s five times", "⋮", "27", "line_27()", "↑ waited 2 s")
    assert "line_23()" not in page.text
    assert len(page.all(class_="marked")) == 1


@pytest.mark.parametrize("source", [[], ["line_1()"]])
def test_lines_that_are_not_in_the_source(source: list[str]) -> None:
    """A line that the source doesn't have, or that isn't known, is told all the same."""
    failure = FailureData(verdict="It failed.", lines=[LineNote(27, "gone()", "went"), LineNote(0, "", "nowhere")])
    page = one_failure(failure, Run(source=source))
    in_order(page.text, "line 27", "gone()", "went", "nowhere")


def test_both_timelines_are_on_one_scale() -> None:
    """The submission's run and the reference's are drawn in one plot, so a second is as wide in both."""
    page = one_failure(sequential())
    (figure,) = page.all(class_="timeline")
    assert figure["data-end"] == "10"
    bars = [found["width"] for found in page.all(class_="s")]
    assert bars == ["19.4%"] * 10
    assert [found["x"] for found in page.all(class_="s")][4:6] == ["77.6%", "0%"]


def test_a_timeline_in_words() -> None:
    """Every segment is told in words as well, with its line, once for those who point at it and once in a list."""
    words = one_failure(sequential()).text
    assert words.count("job 2, 2 to 4 s, that is 2 s, line 20") == 2
    assert "Thread-2: job 2" in words


def test_a_run_like_the_reference_is_drawn_once() -> None:
    """Where the two would look the same, that is said; what threads are called makes no difference."""
    own = [Lane(f"worker {lane.name}", lane.segments) for lane in lanes_of(5, together=True)]
    page = page_of(report(exercise(passed("test_overlap"))), MadeRuns({"test_overlap": Run(own)}, AT_ONCE))
    assert "The reference solution's timeline looks the same." in page.text
    assert len(page.all(class_="s")) == 5


def test_no_timeline_where_nothing_takes_time() -> None:
    """A run in which no time passes has no timeline, and a passed check then has nothing to open."""
    still = Run([Lane("caller", [Segment(0, 0, "job")])])
    page = page_of(report(exercise(passed("test_overlap"))), MadeRuns({"test_overlap": still}))
    assert page.all(class_="timeline") == []
    assert "details" not in [tag for tag, _ in page.elements]


def test_a_failure_keeps_its_own_timeline_without_a_run() -> None:
    """What a failure itself says of time is drawn where nothing else is known of the run."""
    page = page_of(report(exercise(failed(sequential()))))
    assert len(page.all(class_="s")) == 5


def test_every_kind_of_segment_is_drawn_and_explained() -> None:
    """Each kind has its meaning in the legend; an unknown one is something else; what is stuck goes on to the edge."""
    kinds = [*LOOKS, "no such kind"]
    lanes = [Lane(kind, [Segment(1, 1 if kind == "preempted" else 2, kind)]) for kind in kinds]
    page = one_failure(FailureData(verdict="It failed."), Run(lanes))
    for look in LOOKS.values():
        assert page.text.count(look.meaning) >= 3
    assert "something else" in page.text
    (stuck,) = [found for found in page.all(class_="s") if found["width"] == "51.5%"]
    assert stuck["x"] == "48.5%"


def test_a_long_run_is_bounded() -> None:
    """Of very many segments the first are drawn and told, and how many lanes are missing is said."""
    lanes = [Lane(f"Thread-{number}", [Segment(at, at + 1, "job") for at in range(150)]) for number in range(40)]
    page = one_failure(FailureData(verdict="It failed."), Run(lanes))
    assert len(page.all(class_="s")) == 405
    assert "and 37 lanes more" in page.text


def test_a_page_stays_small() -> None:
    """When timelines would make the page too large to open, the last ones are left out, and that is said."""
    lanes = [Lane(f"Thread-{number}", [Segment(at, at + 1, "job") for at in range(10)]) for number in range(40)]
    checks = [passed(f"test_{number}") for number in range(40)]
    made = report_page(report(exercise(*checks)), MadeRuns({check.id: Run(lanes) for check in checks}))
    assert len(made) < 1_500_000
    assert "Its timeline is left out" in made


def test_steps_of_a_race() -> None:
    """The lines in the order in which they ran, each with its thread and its values; those that collided are marked."""
    page = one_failure(race(), Run(comparable=False))
    in_order(
        page.text,
        "thread 1 line 3", "read self.value = 0, and was interrupted", "One of the two lines that collided",
        "thread 2 line 3", "wrote self.value = 1", "thread 1 line 3",
    )  # fmt: skip
    assert len(page.all(class_="card")) == 3
    assert len(page.all(class_="clash")) == 2
    assert len(page.all(class_="th-2")) == 2  # its name and its step


def test_steps_of_a_deadlock_come_from_the_run() -> None:
    """A failure without steps of its own shows those that were seen in the order that failed."""
    steps = [StepNote("thread 1", 3, "with a, b:", "waits here for ever")]
    page = one_failure(FailureData(verdict="A deadlock.", schedule="3.11/3:2"), Run(steps=steps, comparable=False))
    assert "waits here for ever" in page.text


def test_the_same_failure_is_told_once() -> None:
    """A second check that fails in the same way refers to the first, by a link that leads there."""
    page = page_of(report(exercise(failed(sequential()), failed(sequential(), name="test_again", title="Again"))))
    assert page.text.count("The jobs ran one after another.") == 1
    assert "The same as in Five jobs of 2 s take 2 s." in page.text
    targets = {found.get("id") for _, found in page.elements}
    links = {str(found["href"]).removeprefix("#") for _, found in page.elements if "href" in found}
    assert "concurrency-fundamentals-test_overlap" in links
    assert links <= targets


def test_a_similar_failure_tells_its_own_figures() -> None:
    """A check that fails for the same reason with other figures tells these, and has its timeline to be opened."""
    second = failed(sequential(50), name="test_many", title="Many")
    runs = MadeRuns({"test_overlap": SEQUENTIAL, "test_many": SEQUENTIAL})
    page = page_of(report(exercise(failed(sequential()), second)), runs)
    in_order(page.text, "took 10 s", "took 100 s", "The rest is as in Five jobs of 2 s take 2 s.", "Its timeline")


@pytest.mark.parametrize("where", ["verdict", "called", "observed", "expected", "question", "output"])
def test_what_a_submission_says_stays_text(where: str) -> None:
    """Markup in any part of a failure is shown as it is, control characters are visible, and nothing is an element."""
    said: dict[str, Any] = {"verdict": "No.", where: "plain"}
    plain = [tag for tag, _ in one_failure(FailureData(**said)).elements]
    page = one_failure(FailureData(**{**said, where: HOSTILE}))
    assert [tag for tag, _ in page.elements] == plain
    assert "<script>alert(1)</script>" in page.text
    assert r"\x00\x1b[31m\u202e\ud800\ufffe" in page.text


def test_hostile_names_and_source_stay_text() -> None:
    """So does markup in source, in names of threads, labels, steps, notes, titles and in the name of the submission."""
    step = StepNote(HOSTILE, 1, HOSTILE, HOSTILE)
    lane = Lane(HOSTILE, [Segment(0, 1, HOSTILE, HOSTILE, 1)])
    failure = FailureData(
        verdict="No.", lines=[LineNote(1, HOSTILE, HOSTILE), LineNote(0, HOSTILE, HOSTILE)], steps=[step]
    )
    check = failed(failure, title=HOSTILE, rerun=f"concurrency/fundamentals --check '{'x'}'", file=HOSTILE)
    runs = MadeRuns({"test_overlap": Run([lane], [HOSTILE])}, {"test_overlap": [lane, lane]})
    made = report_page(report(exercise(check), submission=HOSTILE, faults=[HOSTILE]), runs)
    page = Page(made)
    assert [tag for tag, _ in page.elements].count("script") == 1
    assert {"img", "image"}.isdisjoint(tag for tag, _ in page.elements)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\u202e\ud800-\udfff\ufffe]", made)
    made.encode("utf-8")


def test_times_that_no_clock_has() -> None:
    """Times that are no numbers, or lie before the beginning, are drawn somewhere and break nothing."""
    nan, infinite = float("nan"), float("inf")
    lanes = [Lane("caller", [Segment(nan, infinite, "job"), Segment(-5, 1e300, "hold"), Segment(0, nan, "stuck")])]
    page = one_failure(FailureData(verdict="No."), Run([*lanes, Lane("other", [Segment(0, 1, "job")])]))
    assert all("nan" not in str(found) and "inf" not in str(found["width"]) for found in page.all(class_="s"))


def test_an_empty_report() -> None:
    """Interrupted before anything was judged: a page all the same, which says so."""
    page = page_of(report(complete=False))
    assert "0 of 0 points" in page.text
    assert "Not every check" in page.text


def test_only_stubs() -> None:
    """What isn't started says what is first to be done, and where to begin."""
    page = page_of(report(exercise(failed(unstarted()), started=False)))
    assert "Next: read exercises/concurrency/README.md, then edit exercises/concurrency/fundamentals.py." in page.text
    assert "Not started yet. TODO 1: run each job in its own thread" in page.text


def test_everything_passed() -> None:
    """With everything passed there is nothing else to do."""
    assert "Everything passed. Well done!" in page_of(report(exercise(passed()))).text


def test_without_isolation_it_proves_nothing() -> None:
    """A report on a program that ran inside the grader says so."""
    assert "no proof of anything" in page_of(report(exercise(passed()), isolation="none")).text


def test_a_trace_has_a_link() -> None:
    """Where a check's trace was written, the failure links to it."""
    made = report(exercise(failed(sequential())))
    page = Page(report_page(made, MadeRuns(), trace_of=lambda exercise, check: f"traces/{exercise}/{check}.json"))
    assert any(found.get("href") == "traces/concurrency/fundamentals/test_overlap.json" for _, found in page.elements)


def test_the_same_report_gives_the_same_page() -> None:
    """There is no date and no random name in it."""
    assert report_page(everything(), MadeRuns()) == report_page(everything(), MadeRuns())


@pytest.mark.parametrize("authority", AUTHORITIES)
def test_the_page_says_how_far_it_may_be_trusted(authority: str) -> None:
    """In the same words as the terminal, whatever the authority."""
    page = report_page(report(exercise(passed()), authority=authority), MadeRuns())
    assert AUTHORITIES[authority] in html.unescape(page)
