"""What the options of `grade` ask for, or why that can't be had."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from grader.errors import BadInputError

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from grader.grading import Authority
    from grader.grading.isolation import Level
    from grader.lab.exercises import Course
    from grader.report import Commands, ReportFolder
    from grader.report.formats import Outlet


def tree_of(course: Course, given: Path | None) -> Path:
    """Return the tree to grade, which `--submission` or its default names.

    Raises:
        BadInputError: it can't be read, or is no submission.
    """
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


def outlet_of(options: argparse.Namespace) -> Outlet | None:
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


def folder_of(options: argparse.Namespace, commands: Commands) -> ReportFolder | None:
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


def schedule_of(options: argparse.Namespace) -> str:
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


def wanted(options: argparse.Namespace) -> Level:
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


def authority_of(options: argparse.Namespace, course: Course) -> Authority:
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


def repeat_of(options: argparse.Namespace) -> tuple[str, ...]:
    """Return what a rerun of a check needs besides exercise, check and seed."""
    submission = () if options.submission is None else ("--submission", str(options.submission))
    sandbox = () if options.sandbox is None else ("--sandbox", str(options.sandbox))
    return (*submission, *sandbox, "--in-process") if options.in_process else (*submission, *sandbox)
