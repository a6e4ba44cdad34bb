"""What is worked out once in the nursery isn't worked out again in each worker."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grader.grading import WorkerPlayer
from grader.lab import call, cases
from grader.lab.checks import Check
from grader.lab.exercises import Exercise
from grader.lab.playing import Submission, make_play

if TYPE_CHECKING:
    from grader.lab import Scenario

ROOT = Path(__file__).parents[3]

_PERFORM = """\
import importlib.util, random, re, re._compiler, sys
from pathlib import Path
from grader.grading import _nursery
from grader.lab.mock_api.api import load_libraries
from grader.lab.performing import perform
from grader.lab.scenario import Scenario, cast
from grader.lab.witness import Witness

exercise = sys.argv[1]
concept, name = exercise.split("/")
spec = importlib.util.spec_from_file_location("suite", f"tests/{concept}/test_{name}.py")
suite = importlib.util.module_from_spec(spec)
spec.loader.exec_module(suite)
first = next(value for value in vars(suite).values() if isinstance(value, Scenario))
performed = cast(first, random.Random(1))

real, compiled = re._compiler.compile, []
re._compiler.compile = lambda pattern, flags=0: (compiled.append(pattern), real(pattern, flags))[1]
load_libraries()
_nursery.compile_patterns()
compiled.clear()
loaded = set(sys.modules)
solution = Path(f"solutions/{exercise}.py")
perform(performed.request, f"exercises.{concept}.{name}", solution, Witness(performed.payloads))
print(compiled, sorted(name for name in sys.modules.keys() - loaded if not name.startswith("exercises")))
"""


@pytest.mark.parametrize(
    "exercise", ["asynchronous/http_api", "concurrency/http_api", "blocking/http_api", "asynchronous/fundamentals"]
)
def test_a_run_compiles_and_imports_nothing_of_its_own(exercise: str) -> None:
    """No pattern and no module is left for each worker to compile or import: all of them would."""
    done = subprocess.run(
        [sys.executable, "-c", _PERFORM, exercise], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout == "[] []\n"


LOADED = """
import sys

def run():
    return [name for name in ("aio" "http", "h" "11", "req" "uests") if name in sys.modules]
"""  # written so that the text refers to none
NAMES_ONE = f"import requests\n{LOADED}"


@pytest.mark.parametrize(
    ("source", "scenario", "loaded"),
    [
        (LOADED, call("run"), []),
        (LOADED, call("run", cases(1)), ["aiohttp", "h11", "requests"]),
        (NAMES_ONE, call("run"), ["aiohttp", "h11", "requests"]),
    ],
    ids=["without an API", "with an API", "that names a library"],
)
def test_a_program_finds_the_libraries_that_it_may_need(
    tmp_path: Path, source: str, scenario: Scenario, loaded: list[str]
) -> None:
    """They are loaded for scenarios with an API, and for programs whose text refers to one; not for others."""
    file = tmp_path / "it.py"
    file.write_text(source.replace("run()", "run(*_)"), encoding="utf-8")
    submission = Submission(Exercise("warm", "it"), file)
    play = make_play(submission, "test_it", Check("It runs", 1, 10, scenario), 1, None)
    player = WorkerPlayer()
    try:
        player.schedule([play])
        seen = player.result(play)
    finally:
        player.close()
    assert seen.observation.value == loaded


def test_programs_with_and_without_libraries_run_side_by_side(tmp_path: Path) -> None:
    """One slot serves both, in the order in which they come."""
    player = WorkerPlayer(workers=1)
    plays = []
    for number, scenario in enumerate([call("run"), call("run", cases(1))] * 2):
        file = tmp_path / f"it{number}.py"
        file.write_text(LOADED.replace("run()", "run(*_)"), encoding="utf-8")
        submission = Submission(Exercise("warm", f"it{number}"), file)
        plays.append(make_play(submission, "test_it", Check("It runs", 1, 10, scenario), 1, None))
    try:
        player.schedule(plays)
        found = [len(player.result(play).observation.value) for play in plays]
    finally:
        player.close()
    assert found == [0, 3, 0, 3]


_PROTOCOL = """\
import typing
from grader.grading import _nursery

real, asked = typing._get_protocol_attrs, []
typing._get_protocol_attrs = lambda protocol: (asked.append(protocol.__name__), real(protocol))[1]
_nursery.remember_protocols()

@typing.runtime_checkable
class Sized(typing.Protocol):
    def size(self): ...

class Box:
    def size(self): return 1

print([isinstance(value, Sized) for value in (Box(), 1, Box())], asked.count("Sized"))
"""


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="Python remembers them itself")
def test_the_members_of_a_protocol_are_worked_out_once() -> None:
    """What is asked of each value is the same."""
    done = subprocess.run(
        [sys.executable, "-c", _PROTOCOL], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout == "[True, False, True] 1\n"
