"""Understanding what workers say, in several threads at once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from grader.lab.json_lines import encode

COURSE = Path(__file__).parents[3]
ERROR = {"kind": "ValueError", "kinds": ["ValueError"], "text": "no", "place": {"line": 3, "function": "run"}}
LEFT = {"kind": "thread", "name": "Thread-1", "detail": "", "line": 4}
OBSERVATION = {"outcome": "raised", "error": ERROR, "left": [LEFT]}
SCRIPT = """
import sys, threading
from {module} import {function}

sys.setswitchinterval(1e-6)
together = threading.Barrier(8)

def say():
    together.wait()
    for _ in range(20):
        {function}({line!r})

threads = [threading.Thread(target=say) for _ in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
"""


@pytest.mark.parametrize(
    ("module", "function", "line"),
    [
        ("grader.grading._admitting", "admit_announcement", {"do": "begin", "key": "1", "details": {"time": 1}}),
        ("grader.grading._admitting", "admit_observation", {"do": "answer", "observation": OBSERVATION}),
        ("grader.lab.processes.saying", "understand", {"do": "begin", "key": "1"}),
    ],
)
def test_threads_may_hear_their_first_words_at_the_same_time(
    module: str, function: str, line: dict[str, object]
) -> None:
    """Nobody finds a type half understood, which would be the end of the process."""
    for _ in range(3):
        script = SCRIPT.format(module=module, function=function, line=encode(line).rstrip())
        done = subprocess.run(
            [sys.executable, "-c", script], cwd=COURSE, check=False, capture_output=True, text=True, timeout=60
        )
        assert (done.returncode, done.stderr) == (0, "")
