"""The command line: what can be said on it."""

from __future__ import annotations

import argparse
from pathlib import Path

from grader import __version__
from grader.cli._course import bench_command, bundle_command, verify_command
from grader.cli._grade import grade_command

LEVELS = ("none", "processes", "landlock", "bwrap")
"""As `grader.grading.LEVELS`, without loading pytest."""

FORMATS = ("terminal", "json", "junit", "markdown", "github", "classroom50", "classroom", "gradescope")
"""What `grade --format` takes."""


def parser() -> argparse.ArgumentParser:
    """Return what understands the command line; a command is the function `command` of what it returns."""
    top = argparse.ArgumentParser(prog="grader", description="Judges exercises in Python concurrency.")
    top.add_argument("--version", action="version", version=f"grader {__version__}")
    commands = top.add_subparsers(metavar="COMMAND", required=True)

    grading = commands.add_parser("grade", help="grade a submission (a student's own: exercises/)")
    grading.set_defaults(command=grade_command)
    grading.add_argument(
        "exercises", nargs="*", metavar="EXERCISE", help="such as concurrency/fundamentals; default: all"
    )
    grading.add_argument("--submission", type=Path, metavar="DIR", help="the tree to grade (default: exercises/)")
    grading.add_argument("--format", choices=FORMATS, default="terminal", help="what to print, for whom")
    grading.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help="also write the format's files, report.json and the page report.html into this folder",
    )
    grading.add_argument(
        "--strict", action="store_true", help="with --format junit: no file and line, as Jenkins wants it"
    )
    grading.add_argument(
        "--traces", action="store_true", help="with --out: also write each check's trace, for ui.perfetto.dev"
    )
    grading.add_argument("--fail-under", type=int, metavar="N", help="exit with 0 from N points on")
    grading.add_argument("--check", action="append", default=[], metavar="NAME", help="run only this check; repeatable")
    grading.add_argument("--seed", type=int, metavar="N", help="repeat a run with the same random inputs")
    grading.add_argument(
        "--schedule", metavar="TEXT", help="repeat a check in just this order of its threads, as a failure names it"
    )
    grading.add_argument(
        "--authority",
        choices=("practice", "indicative", "grade"),
        help="how far the report may be trusted; grade: this is an instructor's checkout, with the submission outside",
    )
    grading.add_argument(
        "--flags", action="store_true", help="for instructors: also tell what is remarkable; no points depend on it"
    )
    grading.add_argument("--in-process", action="store_true", help="for breakpoints: no workers, and no proof")
    grading.add_argument(
        "--sandbox",
        choices=("bwrap",),
        help="for submissions of others: no network, and a machine that is all but empty",
    )
    grading.add_argument(
        "--require-isolation",
        choices=LEVELS,
        default="none",
        metavar="LEVEL",
        help=f"grade only if this much isolation is reached: {', '.join(LEVELS)}",
    )

    verifying = commands.add_parser("verify", help="certify the course: every stub, solution, variant and mistake")
    verifying.set_defaults(command=verify_command)
    verifying.add_argument("exercises", nargs="*", metavar="EXERCISE", help="only these; default: all")
    instead = verifying.add_mutually_exclusive_group()
    instead.add_argument(
        "--record",
        action="store_true",
        help="also write tests/reference.json, tests/timelines.json and the lessons' pictures anew",
    )
    instead.add_argument(
        "--mutants",
        action="store_true",
        help="instead of the matrix: make small mistakes in all solutions and variants, for the checks to find",
    )
    instead.add_argument(
        "--clock",
        choices=("simulated", "real"),
        default="simulated",
        help="real: judge nothing, and compare with the real clock how long solutions and variants take",
    )

    instead.add_argument(
        "--times",
        type=_positive,
        metavar="N",
        help="instead of the matrix: judge a mixed set N times, half of them on a busy machine; is all the same?",
    )

    bundling = commands.add_parser("bundle", help="write what another system needs in order to grade")
    bundling.set_defaults(command=bundle_command)
    bundling.add_argument("system", choices=("gradescope", "classroom50"), help="which system")
    bundling.add_argument("exercises", nargs="*", metavar="EXERCISE", help="only these; default: all")
    bundling.add_argument("--out", type=Path, metavar="PATH", help="where (default: in dist/)")

    benching = commands.add_parser("bench", help="measure the grader; figures, not verdicts")
    benching.set_defaults(command=bench_command)
    return top


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        msg = "at least once"
        raise argparse.ArgumentTypeError(msg)
    return number
