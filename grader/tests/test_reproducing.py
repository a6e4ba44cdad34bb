"""What a failure prints repeats it: with other hashes, elsewhere, and, as far as that can be, on another Python."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from grader.cli import BAD_INPUT, FAILED

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
MISTAKES = {
    "concurrency/fundamentals": "finishing_order",
    "parallelism/fundamentals": "batches",
    "synchronization/fundamentals": "check_then_act",
    "non_blocking/fundamentals": "busy_loop",
}
SEED = "7"
CHECK_VERSION = "import aiohttp, h11, msgspec, pytest, sys; print('%d.%d' % sys.version_info[:2])"

pytestmark = pytest.mark.timeout(240)


@dataclass(frozen=True)
class Place:
    """A clone of the course, with the mistakes as a submission in its folder `handed_in`."""

    folder: Path

    def grade(
        self, *arguments: str, python: str = sys.executable, hash_seed: str = "0"
    ) -> tuple[int, dict[str, Any], str]:
        """Grade by the real command; return its exit code, its report and what it says to standard error."""
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": hash_seed}
        done = subprocess.run(
            [python, "-P", "-m", "grader", "grade", *arguments, "--format", "json"],
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, json.loads(done.stdout) if done.stdout else {}, done.stderr


def make_place(folder: Path) -> Place:
    """Clone what is needed of the course into a folder."""
    for exercise, mistake in MISTAKES.items():
        concept, name = exercise.split("/")
        for path in (f"tests/{concept}/test_{name}.py", f"exercises/{exercise}.py"):
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / path, folder / path)
        target = folder / "handed_in" / f"{exercise}.py"
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / f"tests/{concept}/mistakes/{name}__{mistake}.py", target)
    return Place(folder)


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Where the failures were found."""
    return make_place(tmp_path_factory.mktemp("here"))


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Another clone, in a folder with another name, deeper down."""
    return make_place(tmp_path_factory.mktemp("else where") / "further" / "down")


@pytest.fixture(scope="module")
def failures(here: Place) -> dict[str, dict[str, Any]]:
    """Of each mistake's exercise all checks that failed."""
    code, report, errors = here.grade("--submission", "handed_in", "--seed", SEED)
    assert code == FAILED, errors
    return dict(failed(report))


@pytest.fixture(scope="module")
def other_python() -> str:
    """The interpreter of an environment beside this one, of another version and with all that the grader needs."""
    mine = "{}.{}".format(*sys.version_info[:2])
    for python in sorted(Path(sys.prefix).parent.glob("*/bin/python")):
        done = subprocess.run([python, "-c", CHECK_VERSION], capture_output=True, text=True, check=False)
        if done.returncode == 0 and done.stdout.strip() != mine:
            return str(python)
    pytest.skip("no environment beside this one has another Python with the grader's packages")


def failed(report: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the failed checks of a report, by exercise and name."""
    for exercise in report["exercises"]:
        for check in exercise["checks"]:
            if check["verdict"] == "fail":
                yield f"{exercise['id']} {check['id']}", check


def told(check: dict[str, Any]) -> dict[str, Any]:
    """Return a failure without in how many orders of the threads it comes: a repeat knows of one only."""
    failure = dict(check["failure"])
    if failure["schedule"]:
        failure["observed"] = failure["observed"].rpartition(", in ")[0]
    return failure


def one_of_each(failures: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the first failure of each exercise, with a schedule if one has any."""
    found: dict[str, dict[str, Any]] = {}
    for name, check in sorted(failures.items(), key=lambda item: not item[1]["failure"]["schedule"]):
        found.setdefault(name.split()[0], check)
    return list(found.values())


def test_a_printed_command_repeats_its_failure(elsewhere: Place, failures: dict[str, dict[str, Any]]) -> None:
    """With other hashes and in another clone it fails in the same way, down to the steps of a schedule."""
    chosen = one_of_each(failures)
    assert len(chosen) == len(MISTAKES)
    assert any(check["failure"]["schedule"] for check in chosen)
    for number, check in enumerate(chosen, start=1):
        code, report, errors = elsewhere.grade(*shlex.split(check["rerun"]), hash_seed=str(number))
        assert code == FAILED, errors
        ((_, again),) = failed(report)
        assert told(again) == told(check)
        assert again["rerun"] == check["rerun"]


def test_a_seed_repeats_on_another_python(
    elsewhere: Place, failures: dict[str, dict[str, Any]], other_python: str
) -> None:
    """The same checks fail, and those without a schedule in the same words."""
    _, report, errors = elsewhere.grade("--submission", "handed_in", "--seed", SEED, python=other_python)
    there = dict(failed(report))
    assert there.keys() == failures.keys(), errors
    unscheduled = [name for name, check in failures.items() if not check["failure"]["schedule"]]
    assert {name: there[name]["message"] for name in unscheduled} == {
        name: failures[name]["message"] for name in unscheduled
    }


def test_a_schedule_of_another_python_is_refused(
    elsewhere: Place, failures: dict[str, dict[str, Any]], other_python: str
) -> None:
    """It counts that Python's bytecodes, and would mean another order here: it is said so, and nothing is run."""
    check = next(check for check in failures.values() if check["failure"]["schedule"])
    code, report, errors = elsewhere.grade(*shlex.split(check["rerun"]), python=other_python)
    assert (code, report) == (BAD_INPUT, {})
    assert "counts bytecodes of Python {}.{}".format(*sys.version_info[:2]) in errors
