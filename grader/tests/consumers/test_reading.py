"""Programs that read reports read ours, whatever the submission said."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from grader.report import to_json
from grader.report.formats import to_junit
from grader.report.schema import FILE
from grader.tests.report.formats.hostile import hostile
from grader.tests.report.formats.test_formats import NOT_GRADED, graded

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from grader.report.formats import Graded

junitparser = pytest.importorskip("junitparser", reason="nox -s tests_consumers has it")
REPORTS = {"plain": graded(), "hostile": hostile(), **NOT_GRADED}


@pytest.fixture(params=REPORTS)
def one(request: pytest.FixtureRequest) -> Graded:
    """A grading: with a failure, with hostile text, and with no grade for each reason."""
    return REPORTS[request.param]


@pytest.mark.parametrize("strict", [False, True])
def test_junitparser_reads_the_xml(one: Graded, tmp_path: Path, *, strict: bool) -> None:
    """It finds each check once, with its verdict."""
    file = tmp_path / "junit.xml"
    file.write_text(to_junit(one, strict=strict), encoding="utf-8")
    suites = junitparser.JUnitXml.fromfile(str(file))
    checks = [check for result in one.report.exercises for check in result.checks]
    lost = len(one.missing) or (0 if checks else 1)
    assert suites.tests == len(checks) + lost
    assert suites.failures == sum(check.verdict == "fail" for check in checks)
    assert suites.errors == sum(check.verdict == "error" for check in checks) + lost
    assert suites.skipped == sum(check.verdict == "skip" for check in checks)
    assert sum(len(list(suite)) for suite in suites) == suites.tests


def test_junitparser_verifies(run: Callable[..., object], tmp_path: Path) -> None:
    """Its command says by its exit code whether everything passed."""
    (tmp_path / "junit.xml").write_text(to_junit(hostile()), encoding="utf-8")
    run("junitparser", "verify", "junit.xml", code=1)


def test_junit2html_shows_hostile_text_as_text(run: Callable[..., object], tmp_path: Path) -> None:
    """The page that it makes has no element that the submission wrote."""
    (tmp_path / "junit.xml").write_text(to_junit(hostile()), encoding="utf-8")
    run("junit2html", "junit.xml", "page.html")
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert(1)" not in page


def test_the_json_is_what_the_schema_says(one: Graded, run: Callable[..., object], tmp_path: Path) -> None:
    """A validator that knows nothing of this library accepts every report."""
    (tmp_path / "report.json").write_text(to_json(one.report), encoding="utf-8")
    run("check-jsonschema", "--schemafile", FILE, "report.json")
