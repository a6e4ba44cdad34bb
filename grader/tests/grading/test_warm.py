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
