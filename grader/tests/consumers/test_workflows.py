"""The workflows of the handout: without a fault that a linter knows, and their own steps run."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grader.tests.consumers.conftest import ROOT, tool
from grader.tests.report.formats.readers import classroom_reporter

if TYPE_CHECKING:
    from collections.abc import Callable

WORKFLOWS = [
    *sorted((ROOT / "grader/course/handout").glob("*/*.yml")),
    *sorted((ROOT / ".github" / "workflows").glob("*.yml")),
]
SETUP_PYTHON = re.compile(r"      - uses: actions/setup-python@.*\n        with:\n(?:          .*\n)+")
REPORTER = re.compile(r"      - uses: classroom-resources/.*\n")
MISTAKE = """
def run_concurrently(jobs):
    print("::error::forged")
    return [job() for job in jobs]
"""

pytestmark = pytest.mark.timeout(300)


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_linters_find_nothing(workflow: Path, run: Callable[..., object]) -> None:
    """Form, meaning and safety, at their strictest, and without a network."""
    run("check-jsonschema", "--builtin-schema", "vendor.github-workflows", workflow)
    run("actionlint", "-no-color", workflow)
    run("zizmor", "--offline", "--no-progress", "--persona", "pedantic", workflow)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A student's repository with one exercise, begun with a mistake."""
    folder = tmp_path / "repository"
    folder.mkdir()
    for name in ("noxfile.py", "pyproject.toml"):
        shutil.copyfile(ROOT / name, folder / name)
    hidden = shutil.ignore_patterns("__pycache__", "tests")
    for name in ("grader", "requirements"):
        shutil.copytree(ROOT / name, folder / name, ignore=hidden)
    (folder / "tests" / "concurrency").mkdir(parents=True)
    for name in ("tests/reference.json", "tests/concurrency/test_fundamentals.py"):
        shutil.copyfile(ROOT / name, folder / name)
    (folder / "exercises" / "concurrency").mkdir(parents=True)
    (folder / "exercises" / "concurrency" / "fundamentals.py").write_text(MISTAKE, encoding="utf-8")
    return folder


def act(repository: Path, workflow: str) -> str:
    """Runs a workflow with this process's Python and packages; returns the log, without colours.

    Act checks out by itself, and needs a network for every other action.
    """
    place = repository / ".github" / "workflows" / "workflow.yml"
    place.parent.mkdir(parents=True)
    place.write_text(workflow, encoding="utf-8")
    git = ["git", "-c", "user.name=nobody", "-c", "user.email=nobody@example.com", "-c", "commit.gpgsign=false"]
    for command in (["init", "--quiet"], ["add", "--all"], ["commit", "--quiet", "--message", "handed in"]):
        subprocess.run([*git, *command], cwd=repository, check=True)
    home = str(repository.parent / "home")
    environment = {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "HOME": home,
        "XDG_CACHE_HOME": home,
        "XDG_CONFIG_HOME": home,
        "LANG": "C.UTF-8",
        "NO_COLOR": "1",
        "NOX_DEFAULT_VENV_BACKEND": "none",  # nothing is installed: what grading needs is there
    }
    options = ["--platform", "ubuntu-latest=-self-hosted", "--no-cache-server", "--pull=false"]
    done = subprocess.run(
        [tool("act"), "push", *options],
        cwd=repository,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stdout  # a check has failed
    return re.sub(r"\x1b\[[0-9;]*m", "", done.stdout)


def test_grading_a_push(repository: Path) -> None:
    """The plain workflow installs, grades, annotates the line, fills the summary, and obeys nothing of the program."""
    log = act(
        repository, SETUP_PYTHON.sub("", (ROOT / "grader/course/handout/github/grade.yml").read_text(encoding="utf-8"))
    )
    assert "Success - Main Install" in log
    assert re.search(r"Summary - ## \d/10 points", log)
    assert re.search(r"::error file=exercises/concurrency/fundamentals\.py,line=4,title=concurrency/fundamentals", log)
    assert "> ::error::forged" in log
    assert not re.search(r"^\S* *⚙ *::error::forged", log, flags=re.MULTILINE)


def test_handing_points_to_the_reporter(repository: Path) -> None:
    """After a step that failed, the reporter's step has each runner's result in its environment."""
    text = SETUP_PYTHON.sub("", (ROOT / "grader/course/handout/classroom/classroom.yml").read_text(encoding="utf-8"))
    text, replaced = REPORTER.subn("      - run: python show.py\n", text)
    assert replaced == 1
    text = re.sub(r"        with:\n          runners: >-\n(?: {12}.*\n)+", "", text)
    (repository / "show.py").write_text(
        "import os\nfor name, value in os.environ.items():\n"
        "    if name.endswith('_RESULTS') and value:\n        print('GIVEN', name, value)\n",
        encoding="utf-8",
    )
    given = re.findall(r"GIVEN (\S+)_RESULTS (\S+)", act(repository, text))
    assert [name for name, _ in given] == ["CONCURRENCY-FUNDAMENTALS"]
    said = classroom_reporter("".join(f"{name.lower()}={value}\n" for name, value in given))
    assert said.table == said.notice < said.total == 10
