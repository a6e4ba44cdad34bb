"""The command `grader`, and what its exit codes mean.

0: all checks passed. 1: graded, some failed. 2: bad usage or input; the message says what, and the remedy. 3: the
grader itself could not judge. 130: interrupted.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import secrets
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

from grader import __version__
from grader.errors import BadInputError
from grader.lab import CannotJudgeError
from grader.lab.exercises import Course, NoCourseError, UnknownExerciseError, find_course

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.grading import Grading, Report
    from grader.report import Commands, ReportFolder, TerminalReport

PASSED, FAILED, BAD_INPUT, CANNOT_JUDGE, INTERRUPTED = 0, 1, 2, 3, 130

_SEED_BITS = 32


def main(arguments: list[str] | None = None) -> int:
    """Run the command; return its exit code."""
    for stream in ("stdout", "stderr"):
        if getattr(sys, stream) is None:  # closed by whoever called: there is nobody to tell
            setattr(sys, stream, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - until the very end
    options = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = options.command
    try:
        return command(options)
    except (BadInputError, UnknownExerciseError, NoCourseError) as error:
        sys.stderr.write(f"{error}\n")
        return BAD_INPUT
    except KeyboardInterrupt:
        sys.stderr.write("\nInterrupted.\n")
        return INTERRUPTED
    except CannotJudgeError as error:
        sys.stderr.write(f"{error}\n")
        return CANNOT_JUDGE
    except Exception:  # noqa: BLE001 - Python would end with 1, which means that some checks failed
        traceback.print_exc()
        sys.stderr.write("The grader itself failed. Please send what is above to whoever runs the course.\n")
        return CANNOT_JUDGE


def _grade(options: argparse.Namespace) -> int:
    from grader.grading import Grading  # noqa: PLC0415 - bad usage is answered without loading pytest
    from grader.report import Commands, TerminalReport  # noqa: PLC0415 - as above

    course = find_course(Path.cwd())
    grading = Grading(
        course=course,
        exercises=course.select(options.exercises),
        tree=_tree(course, options.submission),
        seed=secrets.randbits(_SEED_BITS) if options.seed is None else options.seed,
        in_process=options.in_process,
        checks=frozenset(options.check),
        repeat=_repeat(options),
        schedule=_schedule(options),
    )
    commands = Commands.here(course, grading.repeat)
    folder = _folder(options, commands)
    shown = TerminalReport(commands=commands) if options.format == "terminal" else None
    report, interrupted = _judged(grading, shown, folder)
    _publish(report, shown, folder, interrupted=interrupted)
    if interrupted:
        return INTERRUPTED
    if not report.could_judge:
        return CANNOT_JUDGE
    if options.fail_under is not None:
        return PASSED if report.points >= options.fail_under else FAILED
    return PASSED if report.passed else FAILED


def _judged(grading: Grading, shown: TerminalReport | None, folder: ReportFolder | None) -> tuple[Report, bool]:
    """Grade; return the report, and whether somebody pressed Ctrl-C."""
    from grader.grading import (  # noqa: PLC0415 - as above
        InterruptedGradingError,
        NoSuchCheckError,
        NotExploredError,
        grade,
    )

    runs = folder.runs if folder is not None else None
    try:
        if shown is None:
            with contextlib.redirect_stdout(sys.stderr):  # nothing but the report may be on standard output
                return grade(grading, runs=runs), False
        if grading.in_process:  # a breakpoint's prompt has the line to itself
            return grade(grading, shown.exercise, runs=runs), False
        return grade(grading, shown.exercise, shown.step, runs), False
    except NoSuchCheckError as error:
        names = ", ".join(exercise.id for exercise in grading.exercises)
        msg = f"There is no check {error} in {names}. Leave --check away to see them all."
        raise BadInputError(msg) from None
    except NotExploredError as error:
        msg = f"The check {error} runs in one order only, so there is no schedule to repeat. Leave --schedule away."
        raise BadInputError(msg) from None
    except InterruptedGradingError as error:
        return error.report, True
    finally:
        if shown is not None:
            shown.stop()


def _publish(report: Report, shown: TerminalReport | None, folder: ReportFolder | None, *, interrupted: bool) -> None:
    """Print the report, or the rest of it, and write its files."""
    from grader.report import to_json  # noqa: PLC0415 - as above

    unprinted = None
    if shown is not None:
        shown.end(report, interrupted=interrupted)
        unprinted = shown.screen.failure
    else:
        try:
            sys.stdout.write(to_json(report))
            sys.stdout.flush()
        except OSError as error:
            unprinted = error
        if interrupted:
            sys.stderr.write("Interrupted: the report holds the exercises that were judged to their end.\n")
    if folder is not None:
        folder.write(report)
    if unprinted is not None:
        _give_up_printing(unprinted)


def _folder(options: argparse.Namespace, commands: Commands) -> ReportFolder | None:
    """Return the folder for reports, if one is wanted.

    Raises:
        BadInputError: nothing can be written into it, or there is none for traces.
    """
    from grader.report import ReportFolder  # noqa: PLC0415 - as above

    if options.out is None:
        if options.traces:
            msg = "--traces writes files: give --out a folder for them."
            raise BadInputError(msg)
        return None
    folder = ReportFolder(options.out, commands, traces=options.traces)
    folder.prepare()
    return folder


def _schedule(options: argparse.Namespace) -> str:
    """Return the schedule to repeat, or an empty string.

    Raises:
        BadInputError: it is none, belongs to another version of Python, or to more than one check.
    """
    if options.schedule is None:
        return ""
    from grader.simulation import Schedule, ScheduleError  # noqa: PLC0415 - as above

    try:
        Schedule.parse(options.schedule).check_version()
    except ScheduleError as error:
        msg = f"--schedule: {error}."
        raise BadInputError(msg) from None
    if len(options.check) != 1 or len(options.exercises) != 1:
        msg = "--schedule repeats one check of one exercise: name the exercise, and give --check once."
        raise BadInputError(msg)
    return str(options.schedule)


def _repeat(options: argparse.Namespace) -> tuple[str, ...]:
    """Return what a rerun of a check needs besides exercise, check and seed."""
    submission = () if options.submission is None else ("--submission", str(options.submission))
    return (*submission, "--in-process") if options.in_process else submission


def _give_up_printing(failure: OSError) -> None:
    """Go on quietly if nobody reads any more, as in ``| head``.

    Raises:
        BadInputError: the report could not be printed for another reason, such as a full disk.
    """
    # What is still in the buffer can't be written at the end either, and Python would say so in its own words.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if not isinstance(failure, BrokenPipeError):
        msg = f"The report can't be printed: {failure.strerror or failure}. Print it to somewhere else."
        raise BadInputError(msg)


def _verify(options: argparse.Namespace) -> int:
    from grader.course import compare, verify, verify_mutants  # noqa: PLC0415 - loads pytest, which others may not need

    course = find_course(Path.cwd())
    if options.mutants:
        return verify_mutants(course, course.select(options.exercises))
    if options.clock == "real":
        return compare(course, course.select(options.exercises))
    return verify(course, course.select(options.exercises), record=options.record)


def _bench(_: argparse.Namespace) -> int:
    from grader.course import bench  # noqa: PLC0415 - loads pytest, which the other commands may not need

    return bench(find_course(Path.cwd()))


def _tree(course: Course, given: Path | None) -> Path:
    tree = course.exercises_tree if given is None else given.absolute()
    if not tree.is_dir():
        shown = given if given is not None else "exercises/"
        what = "is not a folder" if tree.exists() else "doesn't exist"
        msg = f"The submission {str(shown)!r} {what}. Give --submission a folder shaped like exercises/."
        raise BadInputError(msg)
    inner = tree / course.exercises_tree.name
    if not any((tree / exercise.concept).is_dir() for exercise in course.exercises()):
        if inner.is_dir():
            return inner
        msg = (
            f"The submission {str(given or 'exercises/')!r} has none of the exercises' folders.\n"
            "Give --submission a folder shaped like exercises/, with <concept>/<exercise>.py in it."
        )
        raise BadInputError(msg)
    return tree


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="grader", description="Judges exercises in Python concurrency.")
    parser.add_argument("--version", action="version", version=f"grader {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    grading = commands.add_parser("grade", help="grade a submission (a student's own: exercises/)")
    grading.set_defaults(command=_grade)
    grading.add_argument(
        "exercises", nargs="*", metavar="EXERCISE", help="such as concurrency/fundamentals; default: all"
    )
    grading.add_argument("--submission", type=Path, metavar="DIR", help="the tree to grade (default: exercises/)")
    grading.add_argument("--format", choices=("terminal", "json"), default="terminal", help="what to print")
    grading.add_argument(
        "--out", type=Path, metavar="DIR", help="also write report.json and the page report.html into this folder"
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
    grading.add_argument("--in-process", action="store_true", help="for breakpoints: no workers, and no proof")

    verifying = commands.add_parser("verify", help="certify the course: every stub, solution, variant and mistake")
    verifying.set_defaults(command=_verify)
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

    benching = commands.add_parser("bench", help="measure the grader; figures, not verdicts")
    benching.set_defaults(command=_bench)
    return parser
