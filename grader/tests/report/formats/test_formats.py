"""Each format: what it looks like, that hostile text changes nothing, and how it says that something is no grade."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from grader.grading import CheckResult
from grader.report import Commands
from grader.report.formats import (
    Graded,
    runner_id,
    source_folder,
    to_annotations,
    to_classroom50,
    to_gradescope,
    to_junit,
    to_markdown,
    to_outputs,
    to_release_body,
    to_runners,
    to_summary,
)
from grader.tests.report.formats.hostile import FORGERIES, hostile
from grader.tests.report.formats.readers import classroom50_refusal, classroom_reporter, gradescope_score, xml
from grader.tests.report.made import exercise, failed, passed, report, sequential

if TYPE_CHECKING:
    from collections.abc import Callable

GOLDEN = Path(__file__).with_name("golden")
NOW = datetime(2026, 6, 1, 14, 32, 1, tzinfo=UTC)
ENVIRONMENT = {
    "CLASSROOM": "cs50",
    "ASSIGNMENT": "threads",
    "SUBMISSION_TAG": "submit/2026-06-01T14-32-01Z-abcdef0",
    "COMMIT_URL": "https://example.com/commit",
    "RELEASE_URL": "https://example.com/release",
}
FORMATS: dict[str, Callable[[Graded], str]] = {
    "junit.xml": to_junit,
    "report.md": to_markdown,
    "annotations.txt": to_annotations,
    "result.json": lambda graded: to_classroom50(graded, ENVIRONMENT, NOW),
    "classroom.json": lambda graded: json.dumps(to_runners(graded), indent=2) + "\n",
    "results.json": to_gradescope,
}
UNJUDGED = CheckResult(
    id="test_none", title="No job", task=1, verdict="error", points=0, max_points=1, message="KeyError: 1"
)
NOT_GRADED = {
    "the grader failed in a check": Graded(report(exercise(passed(), UNJUDGED), faults=["KeyError: 1"])),
    "no suite could be read": Graded(report(faults=["SyntaxError"]), asked=("blocking/fundamentals",)),
    "nothing was asked for": Graded(report(faults=["SyntaxError"])),
    "one exercise is missing": Graded(
        report(exercise(passed()), faults=["no check of blocking/http_api was judged"]),
        asked=("concurrency/fundamentals", "blocking/http_api"),
    ),
    "one exercise has no result, whyever": Graded(
        report(exercise(passed())), asked=("concurrency/fundamentals", "blocking/http_api")
    ),
    "interrupted": Graded(
        report(exercise(passed()), complete=False), asked=("concurrency/fundamentals", "blocking/http_api")
    ),
}


def graded() -> Graded:
    """A grading with a failure, as most are."""
    failure = failed(sequential(), file="concurrency/fundamentals.py", line=27, seconds=10.0)
    return Graded(
        report(exercise(passed(seconds=2.0), failure), exercise(passed(), name="blocking/http_api")),
        source="exercises",
        commands=Commands.of_a_student(),
    )


@pytest.mark.parametrize("name", FORMATS)
def test_it_looks_as_it_should(name: str) -> None:
    """A report with one failure, to the letter."""
    assert FORMATS[name](graded()) == (GOLDEN / name).read_text(encoding="utf-8")


def test_junit_counts_and_escapes() -> None:
    """Whatever a program says, the XML has the cases that it should, and each says its points and its line."""
    root = xml(to_junit(hostile()))
    assert (root.get("tests"), root.get("failures"), root.get("errors"), root.get("skipped")) == ("6", "4", "0", "1")
    cases = list(root.iter("testcase"))
    assert len(cases) == 6
    assert (cases[1].get("file"), cases[1].get("line")) == ("exercises/concurrency/fundamentals.py", "3")
    assert [one.get("value") for one in cases[0].iter("property") if one.get("name") == "points"] == ["3"]


def test_junit_is_ascii() -> None:
    """No encoding of any pipe can break it, and there is no character in it that XML doesn't have."""
    text = to_junit(hostile())
    assert text.isascii()
    assert all(character.isprintable() or character == "\n" for character in text)


def test_strict_junit_has_neither_file_nor_line() -> None:
    """Jenkins' schema knows neither."""
    cases = list(xml(to_junit(graded(), strict=True)).iter("testcase"))
    assert cases
    assert not any(set(case.attrib) & {"file", "line"} for case in cases)


def test_junit_names_a_file_outside_of_the_repository() -> None:
    """Where there is no path to the file, its place in the submission is named."""
    outside = msgspec.structs.replace(graded().report, submission="handed-in")
    cases = xml(to_junit(Graded(outside))).iter("testcase")
    assert [case.get("file") for case in cases][1] == "handed-in/concurrency/fundamentals.py"


def outside_of_fences(text: str) -> str:
    """What GitHub would render of a Markdown text, without its fenced blocks."""
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    return "\n".join(token.content for token in tokens if token.type in {"inline", "html_block"})


def test_markdown_holds_a_programs_words_in_fences() -> None:
    """Nothing that a program says is rendered; the course's own titles and points are."""
    rendered = outside_of_fences(to_markdown(hostile("MARK `` ``` ```` <b>MARK</b>\n# MARK")))
    assert "MARK" not in rendered
    assert "Five jobs of 2 s take 2 s" in rendered
    assert rendered.count("<details>") == rendered.count("</details>") == 3


@given(text=st.text(max_size=40))
@settings(max_examples=30)
def test_no_text_of_a_program_changes_a_format(text: str) -> None:
    """Points, counts and structure are the same whatever the program says."""
    given_text = hostile(f"{text}\n{text}")
    assert xml(to_junit(given_text)).get("failures") == "4"
    assert outside_of_fences(to_markdown(given_text)) == outside_of_fences(to_markdown(hostile("x\nx")))
    commands = to_annotations(given_text).splitlines()
    assert [line.split("::")[1] for line in commands] == [
        line.split("::")[1] for line in to_annotations(hostile()).splitlines()
    ]
    assert classroom_reporter(to_outputs(given_text))[:3] == (3.0, 3, 14)
    assert gradescope_score(json.loads(to_gradescope(given_text))) == 3
    assert not classroom50_refusal(json.loads(FORMATS["result.json"](given_text)), ENVIRONMENT)


def test_annotations_are_ten_at_most() -> None:
    """GitHub shows ten of a step: the last of ours says how many more there are."""
    many = [
        exercise(*[failed(sequential(), f"test_{number}") for number in range(6)], name=f"concurrency/exercise_{index}")
        for index in range(2)
    ]
    lines = to_annotations(Graded(report(*many))).splitlines()
    assert len(lines) == 10
    assert lines[-1].startswith("::notice title=And more::3 annotations more than GitHub shows")
    assert len(to_annotations(Graded(report(many[0]))).splitlines()) == 6


def test_annotations_say_where() -> None:
    """They point at the student's line by its path in the repository; outside of it there is no such path."""
    assert "::error file=exercises/concurrency/fundamentals.py,line=27,title=" in to_annotations(graded())
    assert "file=" not in to_annotations(Graded(graded().report))


def test_stubs_are_not_annotated() -> None:
    """What hasn't been begun isn't wrong."""
    assert "non_blocking" not in to_annotations(hostile())


def test_a_summary_is_clipped_between_its_parts() -> None:
    """What GitHub would drop as a whole ends earlier, with every block closed, and says so."""
    long = msgspec.structs.replace(sequential(), observed="x" * 1_990, called="`" * 1_990, expected="é" * 1_990)
    checks = [failed(long, f"test_{number}") for number in range(130)]
    whole = Graded(report(exercise(*checks)))
    text = to_summary(whole)
    assert 800 * 1024 < len(text.encode()) <= 900 * 1024
    assert text.count("<details>") == text.count("</details>")
    assert "parts of this report would be too long for this page" in text
    assert len(to_summary(whole, used=899 * 1024).encode()) < 1024
    assert len(to_markdown(whole).encode()) > 1024 * 1024
    assert len(to_release_body(whole)) < 125_000


def test_classroom50_takes_it() -> None:
    """What Classroom 50 refuses isn't there, down to the type of every score; REVIEW_URL is used if it is set."""
    for one in (graded(), hostile()):
        result = json.loads(FORMATS["result.json"](one))
        assert not classroom50_refusal(result, ENVIRONMENT)
        assert (result["score"], result["max-score"]) == (one.report.points, one.report.max_points)
        assert result["review"] == ENVIRONMENT["COMMIT_URL"]
    reviewed = json.loads(to_classroom50(graded(), {**ENVIRONMENT, "REVIEW_URL": "https://example.com/diff"}, NOW))
    assert reviewed["review"] == "https://example.com/diff"


def test_the_reporter_sums_up_to_the_same_in_both_ways() -> None:
    """Its table and its notice agree with each other and with the report, although checks weigh differently."""
    said = classroom_reporter(to_outputs(hostile()))
    assert said == (3.0, 3, 14, False)
    assert classroom_reporter(to_outputs(Graded(report(exercise(passed()))))) == (2.0, 2, 2, True)


def test_one_exercise_is_also_the_result() -> None:
    """A step that grades one exercise has the output that the Classroom actions' graders have."""
    outputs = dict(line.split("=", 1) for line in to_outputs(Graded(report(exercise(passed())))).splitlines())
    assert outputs["result"] == outputs["concurrency-fundamentals"]
    assert json.loads(base64.b64decode(outputs["result"]))["status"] == "pass"
    assert "result=" not in to_outputs(graded()).replace("-result", "")


def test_a_runners_result_fits_into_the_environment() -> None:
    """Long messages are shortened until a variable of the environment can hold them."""
    long = msgspec.structs.replace(sequential(), observed="x" * 1_900, called="\\" * 1_900)
    checks = [failed(long, f"test_{number}") for number in range(40)]
    outputs = to_outputs(Graded(report(exercise(*checks))))
    assert all(len(line) < 70 * 1024 for line in outputs.splitlines())
    assert classroom_reporter(outputs)[:3] == (0.0, 0, 80)


def test_runners_have_names_that_steps_may_have() -> None:
    """Slash and underscore become hyphens."""
    assert runner_id("non_blocking/http_api") == "non-blocking-http-api"


@pytest.mark.parametrize("why", NOT_GRADED)
def test_what_is_no_grade_is_no_zero(why: str) -> None:
    """Each format says in its own way that there is no grade, with at least one test, and takes no points away."""
    one = NOT_GRADED[why]
    assert one.no_grade
    results = json.loads(to_gradescope(one))
    assert gradescope_score(results) is None
    assert results["tests"]
    assert results["output"].startswith(one.no_grade)
    said = classroom_reporter(to_outputs(one))
    assert not said.green
    assert said[:3] == (0, 0, 0)
    assert int(xml(to_junit(one)).get("errors", "0")) > 0
    assert to_markdown(one).startswith("## Not graded\n")
    assert to_annotations(one).startswith("::warning title=Not graded::")


def test_faults_are_told_to_whoever_runs_the_course() -> None:
    """What went wrong in the grader is in every report that can hold it, each thing once, shortened."""
    faults = ["KeyError: 1\nTraceback\n::error::x", "KeyError: 1\nTraceback\n::error::x", *map(str, range(9))]
    one = Graded(report(exercise(UNJUDGED), faults=faults))
    for text in (to_junit(one), to_markdown(one), json.loads(to_gradescope(one))["output"]):
        assert text.count("KeyError: 1") == 1
        assert "grader 1.2.3, Python 3.11.7, seed 7" in text
        assert "and 5 more" in text
        assert "\n  ::error" not in text


def test_a_run_for_breakpoints_says_that_it_proves_nothing() -> None:
    """The page that people read says so."""
    assert "this proves nothing" in to_markdown(Graded(report(exercise(passed()), isolation="none")))


@pytest.mark.parametrize("text", FORGERIES)
def test_each_forgery_stays_a_text(text: str) -> None:
    """Each trick for itself, in every text of a report: structure and points are those of a harmless one."""
    one = hostile(text)
    xml(to_junit(one))
    assert classroom_reporter(to_outputs(one))[:3] == (3.0, 3, 14)
    assert outside_of_fences(to_markdown(one)) == outside_of_fences(to_markdown(hostile("x")))
    commands = to_annotations(one).splitlines()
    assert len(commands) == 3
    assert all(line.startswith(("::error ", "::warning ")) for line in commands)


def test_five_megabytes_of_output_are_a_few_lines() -> None:
    """What a program prints without end makes no report long."""
    one = hostile("x" * 5_000_000)
    for name, make in FORMATS.items():
        assert len(make(one)) < 120_000, name


@pytest.mark.parametrize(
    ("tree", "seen"), [("a/b", "a/b"), (".", ""), ("../elsewhere", None), ("a/../../elsewhere", None)]
)
def test_where_a_submission_is_in_a_repository(tmp_path: Path, tree: str, seen: Any) -> None:  # noqa: ANN401 - text or None
    """A path with slashes, nothing for the repository itself, and no path out of it."""
    repository = tmp_path / "repository"
    (repository / "a" / "b").mkdir(parents=True)
    (tmp_path / "elsewhere").mkdir()
    assert source_folder(repository / tree, repository) == seen
