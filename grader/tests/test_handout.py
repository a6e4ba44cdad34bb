"""The handout's files name the exercises that there are, and actions by what can't be changed."""

from __future__ import annotations

import json
import re
from pathlib import Path

from grader.lab.exercises import find_course
from grader.report.formats import runner_id

ROOT = Path(__file__).parents[2]
HANDOUT = ROOT / "grader/course/handout"
EXERCISES = [exercise.id for exercise in find_course(ROOT).exercises()]


def test_the_reporter_is_given_every_exercise() -> None:
    """Each exercise is a runner, and its output goes into the variable that the reporter looks for."""
    text = (HANDOUT / "classroom" / "classroom.yml").read_text(encoding="utf-8")
    runners = [runner_id(exercise) for exercise in EXERCISES]
    passed_on = re.findall(r"^ {10}(\S+)_RESULTS: \$\{\{ steps\.grade\.outputs\.(\S+) \}\}$", text, flags=re.MULTILINE)
    assert passed_on == [(runner.upper(), runner) for runner in runners]
    assert re.findall(r"^ {12}([a-z-]+),?$", text, flags=re.MULTILINE) == runners


def test_declared_tests_are_what_classroom50_takes() -> None:
    """`tests.json` has one test for each exercise, of as many points, and no field or value that is refused."""
    tests = json.loads((HANDOUT / "classroom50" / "tests.json").read_text(encoding="utf-8"))
    assert [test["name"] for test in tests] == EXERCISES
    for test in tests:
        assert set(test) == {"name", "type", "setup", "run", "timeout", "points"}
        assert test["type"] == "run"
        assert test["run"].endswith(f" -- {test['name']}")
        assert len(test["name"].encode()) <= 100
        assert type(test["timeout"]) is int
        assert 0 < test["timeout"] <= 600
        assert test["points"] == 10


def test_actions_are_named_by_their_commit() -> None:
    """A tag can be moved to other code; the commits are those of the course's own workflow."""
    own = (ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8")
    for workflow in HANDOUT.glob("*/*.yml"):
        used = re.findall(r"uses: (\S+)", workflow.read_text(encoding="utf-8"))
        assert used
        for action in used:
            assert re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", action)
            assert not action.startswith("actions/") or action in own


def test_nothing_is_downloaded_while_grading() -> None:
    """The step that grades is told to install nothing, and no token stays in the checkout."""
    for workflow in HANDOUT.glob("*/*.yml"):
        text = workflow.read_text(encoding="utf-8")
        assert text.index("--install-only") < text.index("noxfile.py -R -s grade")
        assert "persist-credentials: false" in text
        assert "permissions:\n  contents: read\n" in text


def test_no_reserved_name_is_taken() -> None:
    """Classroom 50 writes `.github/workflows/autograde.yaml` itself."""
    assert not [path for path in HANDOUT.rglob("*") if path.name in {"autograde.yaml", "autograde.yml"}]
