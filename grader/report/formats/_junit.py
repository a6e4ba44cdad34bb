"""JUnit XML, for dashboards of tests and for annotations."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from grader.lab.safe import clean
from grader.report.formats._graded import NOT_OURS
from grader.report.formats._telling import LOST, circumstances, faults, title, told

if TYPE_CHECKING:
    from grader.grading import CheckResult, ExerciseResult
    from grader.report.formats._graded import Graded

_KINDS = {"fail": "failures", "error": "errors", "skip": "skipped"}


def to_junit(graded: Graded, *, strict: bool = False) -> str:
    """Return the report as JUnit XML: a suite for each exercise, a case for each check; ASCII.

    Args:
        graded: what is told.
        strict: leave out `file` and `line`, which Jenkins' schema doesn't know.
    """
    root = ET.Element("testsuites", name="grader")
    for result in graded.report.exercises:
        _suite(root, graded, result, strict=strict)
    for name in graded.missing:
        _lost(root, name, LOST)
    if not len(root):
        _lost(root, "grader", NOT_OURS)
    unexplained = faults(graded)
    if unexplained:
        ET.SubElement(root[-1], "system-err").text = unexplained
    for attribute in ("tests", *_KINDS.values()):
        root.set(attribute, str(sum(int(suite.get(attribute, "0")) for suite in root)))
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, "us-ascii", xml_declaration=False).decode()}\n'


def _suite(root: ET.Element, graded: Graded, result: ExerciseResult, *, strict: bool) -> None:
    seconds = sum(check.seconds or 0 for check in result.checks)
    suite = _counted(root, result.id, len(result.checks), time=f"{seconds:.3f}")
    for verdict, attribute in _KINDS.items():
        suite.set(attribute, str(sum(check.verdict == verdict for check in result.checks)))
    _properties(suite, points=result.points, max_points=result.max_points, **circumstances(graded))
    for check in result.checks:
        _case(suite, graded, result, check, strict=strict)


def _case(suite: ET.Element, graded: Graded, result: ExerciseResult, check: CheckResult, *, strict: bool) -> None:
    place: dict[str, str] = {}
    if not strict and check.file:
        place = {"file": graded.path(check.file) or clean(f"{graded.report.submission}/{check.file}")}
        place |= {"line": str(check.line)} if check.line else {}
    named = {"classname": result.id.replace("/", "."), "name": title(check), "time": f"{check.seconds or 0:.3f}"}
    case = ET.SubElement(suite, "testcase", named | place)
    _properties(case, id=check.id, task=check.task, points=check.points, max_points=check.max_points)
    text = told(graded, result, check)
    if check.verdict == "fail":
        first = text.partition("\n")[0]
        kind = check.failure.kind if check.failure is not None else "mistake"
        ET.SubElement(case, "failure", message=first, type=kind).text = text
    elif check.verdict == "error":
        ET.SubElement(case, "error", message=text, type="grader")
    elif check.verdict == "skip":
        ET.SubElement(case, "skipped", message=text)
    elif text:
        ET.SubElement(case, "system-out").text = text


def _lost(root: ET.Element, name: str, words: str) -> None:
    """Add a case for what should have been judged and wasn't: an empty file would look like nothing to complain of."""
    suite = _counted(root, name, 1, time="0.000")
    suite.set("errors", "1")
    case = ET.SubElement(suite, "testcase", classname=name.replace("/", "."), name="judged", time="0.000")
    ET.SubElement(case, "error", message=words, type="grader")


def _counted(root: ET.Element, name: str, tests: int, *, time: str) -> ET.Element:
    return ET.SubElement(
        root, "testsuite", name=name, tests=str(tests), failures="0", errors="0", skipped="0", time=time
    )


def _properties(element: ET.Element, **values: str | int) -> None:
    properties = ET.SubElement(element, "properties")
    for name, value in values.items():
        ET.SubElement(properties, "property", name=name, value=str(value))
