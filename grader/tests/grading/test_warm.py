"""What is worked out once in the nursery isn't worked out again in each worker."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]

_PERFORM = """\
import importlib.util, random, re, re._compiler, sys
from pathlib import Path
from grader.grading import _nursery
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
