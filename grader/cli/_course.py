"""The commands for those who keep a course: certifying it, bundling it for other systems, and measuring the grader."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from grader.cli._ending import PASSED
from grader.lab.exercises import find_course

if TYPE_CHECKING:
    import argparse


def verify_command(options: argparse.Namespace) -> int:
    """Certify the course; return the exit code."""
    from grader.course import compare, repeat, verify, verify_mutants  # noqa: PLC0415 - loads pytest, which others may not need

    course = find_course(Path.cwd())
    if options.mutants:
        return verify_mutants(course, course.select(options.exercises))
    if options.clock == "real":
        return compare(course, course.select(options.exercises))
    if options.times is not None:
        return repeat(course, course.select(options.exercises), options.times)
    return verify(course, course.select(options.exercises), record=options.record)


def bundle_command(options: argparse.Namespace) -> int:
    """Write what another system needs in order to grade; return the exit code."""
    from grader.course import BUNDLES  # noqa: PLC0415 - loads pytest, which the other commands may not need

    course = find_course(Path.cwd())
    place, write = BUNDLES[options.system]
    target: Path = options.out or Path(place)
    write(course, course.select(options.exercises), target)
    sys.stdout.write(f"{target}\n")
    return PASSED


def bench_command(_: argparse.Namespace) -> int:
    """Measure; return the exit code."""
    from grader.course import bench  # noqa: PLC0415 - loads pytest, which the other commands may not need

    return bench(find_course(Path.cwd()))
