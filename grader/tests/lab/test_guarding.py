"""What keeps a submission's hands off the grader's own modules, each time in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
START = """
import sys
import grader.lab.stage
import grader.simulation as simulation
from grader.lab.guarding import Guard

guard = Guard()
guard.hide_modules()
"""


def said(program: str) -> str:
    """Return what a program prints after the guard has been made."""
    done = subprocess.run(
        [sys.executable, "-c", f"{START}{program}"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_what_no_submission_needs_cannot_be_imported() -> None:
    """The simulation is out of reach of import, and what exercises use is there."""
    program = """
from grader.lab import ApiCase, ApiResult
for name in ("grader.simulation", "grader.lab.stage", "grader.lab.exploring"):
    try:
        __import__(name)
    except ImportError:
        print("none")
"""
    assert said(program).split() == ["none"] * 3


def test_what_is_left_alone_is_as_it_was() -> None:
    """A simulation, pickling and decoding change nothing that the guard looks at."""
    program = """
import pickle
import msgspec
from grader.lab.processes.work import Work
from grader.lab.observation import Observation
pickle.loads(pickle.dumps(Work({}, [])))
msgspec.json.decode(msgspec.json.encode(Observation("returned")), type=Observation)
print(simulation.simulate(lambda: 1).value, repr(guard.changed()))
"""
    assert said(program) == "1 ''"


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ("simulation.run_together = None", "grader.simulation.run_together"),
        ("simulation.simulate.__code__ = (lambda: 0).__code__", "grader.simulation._simulate.simulate"),
        ("simulation.Scheduler.now = 0", "grader.simulation._scheduler.Scheduler.now"),
        ("del simulation.Scheduler.park", "grader.simulation._scheduler.Scheduler.park"),
        ("sys.settrace = print", "sys.settrace"),
    ],
)
def test_what_was_changed_is_named(change: str, name: str) -> None:
    """A function, its code, a class's attribute or what follows a program: whatever was changed is told."""
    assert said(f"{change}\nprint(guard.changed())") == name
