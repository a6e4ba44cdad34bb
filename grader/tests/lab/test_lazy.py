"""Tests of what is imported, and when: every process that a submission starts anew pays for it."""

from __future__ import annotations

import importlib
import subprocess
import sys

import pytest

import grader.lab


def imported_by(statement: str) -> set[str]:
    """Return the modules that a statement imports in a Python of its own."""
    program = f"import sys; before = set(sys.modules); {statement}; print(*set(sys.modules) - before)"
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(found.stdout.split())


@pytest.mark.parametrize("name", grader.lab.__all__)
def test_everything_that_is_public_is_there(name: str) -> None:
    """Whatever the package promises can be had, by name."""
    assert getattr(grader.lab, name) is getattr(importlib.import_module("grader.lab"), name)


def test_other_names_are_not_there() -> None:
    """A name that isn't public is missing as in any module."""
    with pytest.raises(AttributeError, match="has no attribute 'nonsense'"):
        grader.lab.nonsense  # noqa: B018 - asking is what is tested


def test_the_types_of_submissions_cost_little() -> None:
    """Who imports the types of the HTTP exercises gets neither pytest nor the judge's part."""
    found = imported_by("from grader.lab import ApiCase, ApiResult")
    assert not found & {"pytest", "msgspec", "grader.lab.expect", "grader.lab.scenario", "asyncio", "grader.simulation"}


def test_a_process_that_is_not_forked_imports_little() -> None:
    """The simulation is nothing for children, and the mock API is only for those that send requests."""
    found = imported_by("import grader.lab.processes.child, grader.lab.processes.work")
    assert not found & {"pytest", "msgspec", "requests", "asyncio", "grader.simulation", "grader.lab.mock_api"}
    found = imported_by("import grader.lab.processes.doors, grader.lab.mock_api.requests_door")
    assert not found & {"pytest", "msgspec", "aiohttp", "grader.simulation"}


def test_the_judge_imports_no_more_than_it_needs() -> None:
    """Workers have the simulation and the libraries of the mock API; pytest comes while their process starts."""
    found = imported_by("import grader.cli, grader.grading")
    assert not found & {"pytest", "requests", "responses", "aiohttp", "asyncio", "grader.simulation"}
    found = imported_by("import grader.grading._running")
    assert not found & {"requests", "responses", "aiohttp", "grader.simulation"}
