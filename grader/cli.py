"""The command `grader`, and what its exit codes mean.

0: all checks passed. 1: graded, some failed. 2: bad usage or input; the message says what, and the remedy. 3: the
grader itself could not judge. 130: interrupted with Ctrl-C; 143 and 129: by a request to end, or a terminal that was
closed.
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
from grader.stopping import asked_by, held_back, listening

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.grading import Authority, Grading, Report
    from grader.grading.isolation import Level
    from grader.report import Commands, ReportFolder, TerminalReport
    from grader.report.formats import Graded, Outlet

PASSED, FAILED, BAD_INPUT, CANNOT_JUDGE, INTERRUPTED = 0, 1, 2, 3, 130

_BY_SIGNAL = 128
"""What shells add to a signal's number to tell that it ended a command: 130 is Ctrl-C's."""

_SEED_BITS = 32
_LEVELS = ("none", "processes", "landlock", "bwrap")  # as `grader.grading.LEVELS`, without loading pytest

FORMATS = ("terminal", "json", "junit", "markdown", "github", "classroom50", "classroom", "gradescope")
"""What `grade --format` takes."""


def main(arguments: list[str] | None = None) -> int:
    """Run the command; return its exit code."""
    for stream in ("stdout", "stderr"):
        if getattr(sys, stream) is None:  # closed by whoever called: there is nobody to tell
            setattr(sys, stream, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - until the very end
    options = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = options.command
    try:
        with listening():
            return command(options)
    except (BadInputError, UnknownExerciseError, NoCourseError) as error:
        _say(str(error))
        return BAD_INPUT
    except KeyboardInterrupt:
        _say("\nInterrupted.")
        return _interrupted()
    except CannotJudgeError as error:
        _say(str(error))
        return CANNOT_JUDGE
    except MemoryError:
        _say("The grader has no memory left. End other programs, or raise its limit (ulimit -v), and try again.")
        return CANNOT_JUDGE
    except Exception:  # noqa: BLE001 - Python would end with 1, which means that some checks failed
        _say(f"{traceback.format_exc()}The grader itself failed. Please send what is above to whoever runs the course.")
        return CANNOT_JUDGE


def _say(text: str) -> None:
    """Write to standard error, if anybody is left to read it: the exit code says the same."""
    with contextlib.suppress(OSError):
        sys.stderr.write(f"{text}\n")
        sys.stderr.flush()


def _grade(options: argparse.Namespace) -> int:
    from grader.grading import Grading  # noqa: PLC0415 - bad usage is answered without loading pytest
    from grader.report import Commands, TerminalReport  # noqa: PLC0415 - as above

    course = find_course(Path.cwd())
    outlet = _outlet(options)
    grading = Grading(
        course=course,
        exercises=course.select(options.exercises),
        tree=_tree(course, options.submission),
        seed=secrets.randbits(_SEED_BITS) if options.seed is None else options.seed,
        in_process=options.in_process,
        checks=frozenset(options.check),
        repeat=() if outlet is not None and outlet.is_grade else _repeat(options),
        schedule=_schedule(options),
        isolation=_wanted(options),
        required=options.require_isolation,
        flags=options.flags,
        authority=_authority(options, course),
    )
    # Where a grade is made isn't where the student will run a check again.
    commands = (
        Commands.of_a_student() if outlet is not None and outlet.is_grade else Commands.here(course, grading.repeat)
    )
    with held_back():
        folder = _folder(options, commands)
    shown = None if outlet is not None and outlet.to_stdout else TerminalReport(commands=commands)
    # A program that runs in here is interrupted at once, wherever it is.
    with contextlib.nullcontext() if options.in_process else held_back():
        with contextlib.nullcontext() if outlet is None or shown is None else outlet.fenced(sys.stdout):
            report, interrupted = _judged(grading, shown, folder)
            if shown is not None:
                shown.end(report, interrupted=interrupted)
        graded = None if outlet is None else _graded(report, grading, commands)
        unprinted = shown.screen.failure if shown is not None else None
        if outlet is not None and graded is not None:
            unprinted = _print(outlet.printed(graded)) or unprinted
            outlet.write(graded, options.out, os.environ)
        if folder is not None:
            folder.write(report)
        if unprinted is not None:
            _give_up_printing(unprinted)
    if interrupted:
        if shown is None:
            _say("Interrupted: the report holds the exercises that were judged to their end.")
        return _interrupted()
    return _exit_code(report, graded, options)


def _interrupted() -> int:
    return _BY_SIGNAL + asked_by() if asked_by() else INTERRUPTED


def _exit_code(report: Report, graded: Graded | None, options: argparse.Namespace) -> int:
    """Return the exit code of a grading that came to its end."""
    if not report.could_judge:
        return CANNOT_JUDGE
    if graded is not None and options.format == "classroom50":  # takes anything but 0 for a failure of the grader
        return CANNOT_JUDGE if graded.no_grade else PASSED
    if options.fail_under is not None:
        return PASSED if report.points >= options.fail_under else FAILED
    return PASSED if report.passed else FAILED


def _outlet(options: argparse.Namespace) -> Outlet | None:
    """Return how the format is put out; None for the terminal.

    Raises:
        BadInputError: the format can't be had with these options, or not here.
    """
    if options.strict and options.format != "junit":
        msg = "--strict belongs to --format junit."
        raise BadInputError(msg)
    if options.format == "terminal":
        return None
    from grader.report.formats import outlet  # noqa: PLC0415 - bad usage is answered without loading pytest

    found = outlet(options.format, strict=options.strict)
    if found.is_grade:
        partial = [
            name for name, given in (("--check", options.check), ("--in-process", options.in_process)) if given
        ]  # a schedule comes with --check
        partial += ["--fail-under"] if options.format == "classroom50" and options.fail_under is not None else []
        if partial:
            msg = f"--format {options.format} reports a grade, which {partial[0]} rules out. Leave one of them away."
            raise BadInputError(msg)
    found.require(os.environ, options.out)
    return found


def _graded(report: Report, grading: Grading, commands: Commands) -> Graded:
    from grader.report.formats import Graded, source_folder  # noqa: PLC0415 - as above

    repository = Path(os.environ.get("GITHUB_WORKSPACE") or grading.course.root)
    asked = () if grading.checks else tuple(exercise.id for exercise in grading.exercises)
    return Graded(report, asked, source_folder(grading.tree, repository), commands)


def _judged(grading: Grading, shown: TerminalReport | None, folder: ReportFolder | None) -> tuple[Report, bool]:
    """Grade; return the report, and whether somebody pressed Ctrl-C."""
    from grader.grading import (  # noqa: PLC0415 - as above
        InterruptedGradingError,
        IsolationError,
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
    except IsolationError as error:
        raise BadInputError(str(error)) from None
    except InterruptedGradingError as error:
        return error.report, True
    finally:
        if shown is not None:
            shown.stop()


def _print(text: str) -> OSError | None:
    """Print a text in the characters that standard output has; return why it could not be printed."""
    encoding = sys.stdout.encoding or "utf-8"
    try:
        sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))
        sys.stdout.flush()
    except OSError as error:
        return error
    return None


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


def _wanted(options: argparse.Namespace) -> Level:
    """Return the isolation to reach.

    Raises:
        BadInputError: there is no such sandbox here, or nothing would be in it.
    """
    if options.sandbox is None:
        return "landlock"
    if options.in_process:
        msg = "--in-process runs the program inside the grader, where no sandbox is. Leave one of the two away."
        raise BadInputError(msg)
    return "bwrap"


def _authority(options: argparse.Namespace, course: Course) -> Authority:
    """Return how far the result may be trusted, as far as anybody can know.

    Raises:
        BadInputError: a grade is asked for that this could not be.
    """
    if options.authority is None:
        return "indicative" if os.environ.get("CI") else "practice"
    if options.authority == "grade":
        if options.in_process:
            msg = "--authority grade: with --in-process a program could make the report say anything. Leave one away."
            raise BadInputError(msg)
        if options.submission is None or options.submission.resolve().is_relative_to(course.root.resolve()):
            msg = (
                "--authority grade: the submission lies in the course's own folder, so its author may have edited the "
                "suites as well.\nGrade it from a checkout that only you can change: --submission DIR, outside of it."
            )
            raise BadInputError(msg)
    authority: Authority = options.authority
    return authority


def _repeat(options: argparse.Namespace) -> tuple[str, ...]:
    """Return what a rerun of a check needs besides exercise, check and seed."""
    submission = () if options.submission is None else ("--submission", str(options.submission))
    sandbox = () if options.sandbox is None else ("--sandbox", str(options.sandbox))
    return (*submission, *sandbox, "--in-process") if options.in_process else (*submission, *sandbox)


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
    from grader.course import compare, repeat, verify, verify_mutants  # noqa: PLC0415 - loads pytest, which others may not need

    course = find_course(Path.cwd())
    if options.mutants:
        return verify_mutants(course, course.select(options.exercises))
    if options.clock == "real":
        return compare(course, course.select(options.exercises))
    if options.times is not None:
        return repeat(course, course.select(options.exercises), options.times)
    return verify(course, course.select(options.exercises), record=options.record)


def _bundle(options: argparse.Namespace) -> int:
    from grader.course import BUNDLES  # noqa: PLC0415 - loads pytest, which the other commands may not need

    course = find_course(Path.cwd())
    place, write = BUNDLES[options.system]
    target: Path = options.out or Path(place)
    write(course, course.select(options.exercises), target)
    sys.stdout.write(f"{target}\n")
    return PASSED


def _bench(_: argparse.Namespace) -> int:
    from grader.course import bench  # noqa: PLC0415 - loads pytest, which the other commands may not need

    return bench(find_course(Path.cwd()))


def _tree(course: Course, given: Path | None) -> Path:
    tree = course.exercises_tree if given is None else given.absolute()
    shown = str(given if given is not None else "exercises/")
    try:
        return _found(tree, shown, course)
    except OSError as error:
        msg = f"The submission {shown!r} can't be read: {error.strerror}. Check its permissions."
        raise BadInputError(msg) from None


def _found(tree: Path, shown: str, course: Course) -> Path:
    if not tree.is_dir():
        what = "is not a folder" if tree.exists() else "doesn't exist"
        msg = f"The submission {shown!r} {what}. Give --submission a folder shaped like exercises/."
        raise BadInputError(msg)
    inner = tree / course.exercises_tree.name
    if not any((tree / exercise.concept).is_dir() for exercise in course.exercises()):
        if inner.is_dir():
            return inner
        msg = (
            f"The submission {shown!r} has none of the exercises' folders.\n"
            "Give --submission a folder shaped like exercises/, with <concept>/<exercise>.py in it."
        )
        raise BadInputError(msg)
    return tree


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        msg = "at least once"
        raise argparse.ArgumentTypeError(msg)
    return number


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
        choices=_LEVELS,
        default="none",
        metavar="LEVEL",
        help=f"grade only if this much isolation is reached: {', '.join(_LEVELS)}",
    )

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

    instead.add_argument(
        "--times",
        type=_positive,
        metavar="N",
        help="instead of the matrix: judge a mixed set N times, half of them on a busy machine; is all the same?",
    )

    bundling = commands.add_parser("bundle", help="write what another system needs in order to grade")
    bundling.set_defaults(command=_bundle)
    bundling.add_argument("system", choices=("gradescope", "classroom50"), help="which system")
    bundling.add_argument("exercises", nargs="*", metavar="EXERCISE", help="only these; default: all")
    bundling.add_argument("--out", type=Path, metavar="PATH", help="where (default: in dist/)")

    benching = commands.add_parser("bench", help="measure the grader; figures, not verdicts")
    benching.set_defaults(command=_bench)
    return parser
