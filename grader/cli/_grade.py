"""`grade`: judging a submission, and telling what came of it."""

from __future__ import annotations

import contextlib
import os
import random
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from grader.cli._ending import CANNOT_JUDGE, FAILED, PASSED, code_of_interruption, say
from grader.cli._wishes import authority_of, folder_of, outlet_of, repeat_of, schedule_of, tree_of, wanted
from grader.errors import BadInputError
from grader.lab.exercises import find_course
from grader.stopping import held_back

if TYPE_CHECKING:
    import argparse

    from grader.grading import Grading, Report
    from grader.report import Commands, ReportFolder, TerminalReport
    from grader.report.formats import Graded

_SEED_BITS = 32


def grade_command(options: argparse.Namespace) -> int:
    """Grade; return the exit code.

    Raises:
        BadInputError: what is asked for can't be had.
        CannotJudgeError: no submission can be run at all.
    """
    from grader.grading import Grading  # noqa: PLC0415 - bad usage is answered without loading pytest
    from grader.report import Commands, TerminalReport  # noqa: PLC0415 - as above

    course = find_course(Path.cwd())
    outlet = outlet_of(options)
    grading = Grading(
        course=course,
        exercises=course.select(options.exercises),
        tree=tree_of(course, options.submission),
        seed=random.SystemRandom().getrandbits(_SEED_BITS) if options.seed is None else options.seed,
        in_process=options.in_process,
        checks=frozenset(options.check),
        repeat=() if outlet is not None and outlet.is_grade else repeat_of(options),
        schedule=schedule_of(options),
        isolation=wanted(options),
        required=options.require_isolation,
        flags=options.flags,
        authority=authority_of(options, course),
    )
    # Where a grade is made isn't where the student will run a check again.
    commands = (
        Commands.of_a_student() if outlet is not None and outlet.is_grade else Commands.here(course, grading.repeat)
    )
    with held_back():
        folder = folder_of(options, commands)
    shown = None if outlet is not None and outlet.to_stdout else TerminalReport(commands=commands)
    # A program that runs in here is interrupted at once, wherever it is.
    with contextlib.nullcontext() if options.in_process else held_back():
        with contextlib.nullcontext() if outlet is None or shown is None else outlet.fenced(sys.stdout):
            report, stopped = _judged(grading, shown, folder)
            if shown is not None:
                shown.end(report, interrupted=stopped)
        graded = None if outlet is None else _graded(report, grading, commands)
        unprinted = shown.screen.failure if shown is not None else None
        if outlet is not None and graded is not None:
            unprinted = _print(outlet.printed(graded)) or unprinted
            outlet.write(graded, options.out, os.environ)
        if folder is not None:
            folder.write(report)
        if unprinted is not None:
            _give_up_printing(unprinted)
    if stopped:
        if shown is None:
            say("Interrupted: the report holds the exercises that were judged to their end.")
        return code_of_interruption()
    return _exit_code(report, graded, options)


def _exit_code(report: Report, graded: Graded | None, options: argparse.Namespace) -> int:
    """Return the exit code of a grading that came to its end."""
    if not report.could_judge:
        return CANNOT_JUDGE
    if graded is not None and options.format == "classroom50":  # takes anything but 0 for a failure of the grader
        return CANNOT_JUDGE if graded.no_grade else PASSED
    if options.fail_under is not None:
        return PASSED if report.points >= options.fail_under else FAILED
    return PASSED if report.passed else FAILED


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
