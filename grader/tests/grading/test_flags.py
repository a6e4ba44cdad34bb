"""Flags: facts about a submission for instructors, and never points."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from grader.grading import Grading, grade
from grader.grading.flags import KINDS, origin_flags, run_flags, source_flags
from grader.lab.exercises import Course
from grader.lab.observation import Observation
from grader.lab.seen import Ending
from grader.lab.witness import Witness

ROOT = Path(__file__).parents[3]
COURSE = Course(Path(__file__).parent / "course")
HONEST = COURSE.root / "honest"
OURS = sorted([*ROOT.glob("solutions/*/*.py"), *ROOT.glob("exercises/*/*.py"), *ROOT.glob("tests/*/variants/*.py")])
WITH_REASON = {"fundamentals__fork_by_hand": {"starting", "files", "leaving"}}


def kinds(source: str) -> dict[str, int]:
    """Return the kinds of flags of a text, and their lines."""
    return {flag.kind: flag.line for flag in source_flags(source.encode("utf-8", "surrogatepass"))}


@pytest.mark.parametrize("file", OURS, ids=lambda file: "/".join(file.parts[-3:]))
def test_our_own_programs_have_none(file: Path) -> None:
    """No solution, stub or variant has a flag, but for one whose reason the list states."""
    expected = WITH_REASON.get(file.stem, set())
    assert {flag.kind for flag in source_flags(file.read_bytes())} == expected
    assert all(KINDS[kind].honest for kind in expected)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("# coding: utf-7\nx = 1\n", {"encoding": 1}),
        ("# vim: set fileencoding=utf-8 :\nx = 1\n", {}),
        ("\ufeffx = 1\n", {}),
        ("x = 'é'\ny = '\u202e'\n", {"unseen": 2}),
        ("\uff45val = print\n\uff45val('1')\n", {"code": 2}),
        ("x = (\n", {"unreadable": 1}),
        (f"x = '{'é ' * 600}'\n", {"long": 1}),
        (f"x = '{'QUJD' * 200}'\n", {"long": 1}),
        ("eval('1')\n", {"code": 1}),
        ("import importlib as i\ni.reload\n", {"code": 1}),
        ("import pytest\n", {"inside": 1}),
        ("from grader.lab import ApiCase, ApiResult\n", {}),
        ("from grader.lab import expect\n", {"inside": 1}),
        ("from sys import _getframe as look\nlook()\n", {"frames": 1}),
        ("def f(job):\n    return job.__call__.__globals__\n", {"frames": 2}),
        ("import gc\ngc.collect()\ngc.get_objects()\n", {"objects": 3}),
        ("import sys\nsys.settrace(None)\n", {"tracing": 2}),
        ("import time\ntime.sleep = print\n", {"patching": 2}),
        ("import requests as r\nsetattr(r, 'post', None)\n", {"patching": 2}),
        ("class A:\n    pass\nA.x = 1\nself = A()\nself.x = 2\n", {}),
        ("from ctypes import CDLL\n", {"foreign": 1}),
        ("import os\nos._exit(0)\n", {"leaving": 2}),
        ("import subprocess\n", {"starting": 1}),
        ("x = '/proc/self/mem'\n", {"system": 1}),
        ("open('x')\n", {"files": 1}),
        ("code = 1\nopen = 2\nprint(code)\n", {}),
        ("import threading, socket, select, asyncio\nsocket.socket().close()\n", {}),
    ],
)
def test_what_raises_a_flag_in_the_source(source: str, expected: dict[str, int]) -> None:
    """Each kind is told once, with its first line; what exercises are about raises none."""
    assert kinds(source) == expected


@pytest.mark.parametrize(
    "source",
    [b"\xff\xfe\x00", b"(" * 100_000, b"-" * 100_000 + b"1", b"x" + b".a" * 100_000, b"x = 1\n" * 100_000, b"\0"],
)
def test_no_source_is_too_odd(source: bytes) -> None:
    """Whatever a file holds, there is an answer, and it is short."""
    assert all(len(flag.what) <= 100 for flag in source_flags(source))


def seen(**values: object) -> Any:  # noqa: ANN401 - a double of `Seen`
    """Return a run, as far as flags look at it."""
    common = {"ending": Ending("answered"), "observation": Observation("returned"), "witness": Witness({})}
    return SimpleNamespace(**{**common, "flooded": False, **values})


def test_what_raises_a_flag_in_a_run() -> None:
    """A program that only fails raises none; one that leaves, stays, digs, floods or asks for more does."""
    witness = Witness({})
    witness.begin("nobody's", {})
    assert run_flags([("test_a", seen()), ("test_b", seen(ending=Ending("time")))]) == []
    found = run_flags(
        [
            ("test_a", seen(ending=Ending("exited", 0))),
            ("test_b", seen(ending=Ending("answered", strays=2), witness=witness)),
            ("test_c", seen(observation=Observation("tampered", names=["grader.x"]), flooded=True)),
        ]
    )
    assert {flag.kind: flag.check for flag in found} == {
        "unanswered": "test_a", "stray": "test_b", "keys": "test_b", "tampered": "test_c", "flooded": "test_c",
    }  # fmt: skip


def test_what_raises_a_flag_in_what_came_along(tmp_path: Path) -> None:
    """A suite that was edited and a conftest.py are told; the same suite, a README and a tree alone are not."""
    tree = tmp_path / "checkout" / "exercises"
    (tree / "concurrency").mkdir(parents=True)
    (tree / "concurrency" / "fundamentals.py").write_text("x = 1\n", encoding="utf-8")
    (tree / "concurrency" / "README.md").write_text("x\n", encoding="utf-8")
    assert origin_flags(COURSE, tree) == []
    suite = tmp_path / "checkout" / "tests" / "concurrency" / "test_fundamentals.py"
    suite.parent.mkdir(parents=True)
    suite.write_bytes((COURSE.tests / "concurrency" / "test_fundamentals.py").read_bytes())
    assert origin_flags(COURSE, tree) == []
    suite.write_text("def test_nothing(): pass\n", encoding="utf-8")
    (tree / "conftest.py").touch()
    found = [(flag.kind, flag.what) for flag in origin_flags(COURSE, tree)]
    assert found == [("edited", "tests/concurrency/test_fundamentals.py"), ("beside", "conftest.py")]


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tree with one program that leaves."""
    tree = tmp_path_factory.mktemp("tree")
    (tree / "concurrency").mkdir()
    text = "import os\n\n\ndef run_concurrently(jobs):\n    os._exit(0)\n"
    (tree / "concurrency" / "fundamentals.py").write_text(text, encoding="utf-8")
    return tree


@pytest.mark.parametrize("asked", [False, True])
def test_flags_are_told_to_whoever_asks_and_change_nothing(hostile: Path, *, asked: bool) -> None:
    """Without being asked for there are none; with them, verdicts and points are the same."""
    chosen = COURSE.select(["concurrency/fundamentals"])
    report = grade(Grading(COURSE, chosen, hostile, 1, flags=asked))
    (result,) = report.exercises
    assert (result.verdict, result.points, report.points) == ("fail", 0, 0)
    assert (report.flags, result.flags is None) == ([] if asked else None, not asked)
    assert {flag.kind for flag in result.flags or []} == ({"leaving", "unanswered"} if asked else set())


def test_the_page_lists_every_kind() -> None:
    """docs/trust.md lists exactly the flags that there are, with their meaning and what is honest about them."""
    page = (ROOT / "docs" / "trust.md").read_text(encoding="utf-8")
    listed = [line for line in page.partition("## Flags")[2].partition("\n## ")[0].splitlines() if "| `" in line]
    assert listed == [f"| `{name}` | {kind.seen_in} | {kind.meaning} | {kind.honest} |" for name, kind in KINDS.items()]
