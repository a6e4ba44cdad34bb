"""Judges exercises in Python concurrency: a simulation of time and threads, suites on top of it, verdicts and reports.

Dependencies point one way: `report` and `course` use `grading`, `grading` uses `lab`, `lab` uses `simulation`. The
command is `python -m grader`.
"""

__version__ = "0.1.0"
