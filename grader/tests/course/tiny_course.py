"""A course of two-line exercises, laid out in a folder of its own, to be verified."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

from grader.course import Verification, verification
from grader.lab.exercises import Course, Exercise

if TYPE_CHECKING:
    from pathlib import Path

SUITE = '''
    """Suite of an exercise in which jobs are run one after another."""

    from grader.lab import call, check, expect, jobs

    TWO_JOBS = call("run", jobs(2, seconds=1))


    @check("Results come in the order of the jobs", task=1, points=6, scenario=TWO_JOBS)
    def test_order(seen):
        expect.results(seen)


    @check("Two jobs of 1 s take 2 s", task=2, points=4, scenario=TWO_JOBS)
    def test_time(seen):
        expect.makespan(seen, 2)
'''
STUB = '''
    """Run jobs."""


    def run(jobs):
        """Run jobs one after another."""
        raise NotImplementedError("TODO 1: run them. TODO 2: take no longer than they do.")
'''
SOLUTION = '''
    """Run jobs, as the reference does it."""


    def run(jobs):
        """Run jobs one after another."""
        return [job() for job in jobs]
'''
VARIANT = '''
    """In another style."""


    def run(jobs):
        results = []
        for job in jobs:
            results.append(job())
        return results
'''
REVERSED = '''
    """The results are in the wrong order.

    fails: test_order
    says: another order than the jobs
    """


    def run(jobs):
        return [job() for job in jobs][::-1]
'''
SLOW = '''
    """It takes its time.

    fails: test_time
    says: The call took too long.
    """

    import time


    def run(jobs):
        time.sleep(1)
        return [job() for job in jobs]
'''
README = (
    "# Adding\n\n## Fundamentals\n\n1. **Run.**\n2. **Take no longer.**\n\n## Something else\n\n1. Else.\n3. Else.\n"
)
HINTS = "# Hints\n\n## Fundamentals\n\n### Task 1\n\nLoop.\n\n### Task 2\n\nDon't sleep.\n"


class TinyCourse:
    """A course in a folder; every exercise is right, but for the files that are given instead."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.course = Course(root)
        self.write("tests/conftest.py", "")
        self.write("exercises/README.md", "Which one for which job.")

    def write(self, path: str, text: str | None) -> None:
        """Write a file of the course; None deletes it."""
        file = self.root / path
        if text is None:
            file.unlink()
            return
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(dedent(text).lstrip("\n"), encoding="utf-8")

    def add(self, concept: str, **changed: str | None) -> Exercise:
        """Add an exercise; a file that is None is left out.

        Names: stub, solution, suite, readme, hints, variant, reversed, slow.
        """
        files = {
            "stub": (f"exercises/{concept}/fundamentals.py", STUB),
            "readme": (f"exercises/{concept}/README.md", README),
            "hints": (f"exercises/{concept}/HINTS.md", HINTS),
            "solution": (f"solutions/{concept}/fundamentals.py", SOLUTION),
            "suite": (f"tests/{concept}/test_fundamentals.py", SUITE),
            "variant": (f"tests/{concept}/variants/fundamentals__for_loop.py", VARIANT),
            "reversed": (f"tests/{concept}/mistakes/fundamentals__reversed.py", REVERSED),
            "slow": (f"tests/{concept}/mistakes/fundamentals__slow.py", SLOW),
        }
        assert changed.keys() <= files.keys()
        for name, (path, text) in files.items():
            wanted = changed.get(name, text)
            if wanted is not None:
                self.write(path, wanted)
        return Exercise(concept, "fundamentals")

    def verify(self, *, record: bool = False) -> Verification:
        """Verify all exercises."""
        return verification(self.course, self.course.exercises(), record=record)
