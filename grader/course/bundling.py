"""What an instructor uploads so that another system grades: the trusted tree and the few files that the system calls.

The trusted tree is the grader, the suites, the record of the reference solutions and the pinned packages. The solutions
themselves are not in it: they would lie on a machine that runs submissions.
"""

from __future__ import annotations

import io
import stat
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import grader
from grader.errors import BadInputError
from grader.grading.reference import RECORD, read_record, stale

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.lab.exercises import Course, Exercise

COURSE = "course"
"""Folder of the trusted tree in a bundle."""

_HANDOUT = Path(__file__).with_name("handout")
_TO_RUN = frozenset({"setup.sh", "run_autograder"})
_OLDEST = (1980, 1, 1, 0, 0, 0)
"""Of the dates that a zip can hold. One date for all makes the same zip from the same files."""


def bundle_gradescope(course: Course, exercises: list[Exercise], target: Path) -> None:
    """Write the zip that Gradescope makes an autograder from; the same files make the same bytes.

    Raises:
        BadInputError: a part is missing or out of date, or the zip can't be written.
    """
    files = {**_called("gradescope"), **_trusted(course, exercises)}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:  # how well a file is packed differs by machine
        for name, file in sorted(files.items()):
            entry = zipfile.ZipInfo(name, _OLDEST)
            entry.create_system = 3  # Unix: so that what can be run stays so
            entry.external_attr = (stat.S_IFREG | (0o755 if name in _TO_RUN else 0o644)) << 16
            archive.writestr(entry, _read(file))
    _write(target, buffer.getvalue())


def bundle_classroom50(course: Course, exercises: list[Exercise], target: Path) -> None:
    """Write the folder that Classroom 50 takes as an assignment's autograder.

    Raises:
        BadInputError: as above; or something is in its place.
    """
    if target.exists():
        msg = f"{target} is there already. Remove it, or name another place with --out."
        raise BadInputError(msg)
    called = {name: file for name, file in _called("classroom50").items() if name == "autograder.py"}
    for name, file in sorted({**called, **_trusted(course, exercises)}.items()):
        _write(target / name, _read(file))


BUNDLES: dict[str, tuple[str, Callable[[Course, list[Exercise], Path], None]]] = {
    "gradescope": ("dist/gradescope.zip", bundle_gradescope),
    "classroom50": ("dist/classroom50", bundle_classroom50),
}
"""By system: where a bundle is written if nothing else is said, and what writes it."""


def _called(system: str) -> dict[str, Path]:
    """Return the files that a system itself calls, by their names in the bundle."""
    return {file.name: file for file in (_HANDOUT / system).iterdir() if file.is_file()}


def _trusted(course: Course, exercises: list[Exercise]) -> dict[str, Path]:
    """Return the files that grading these exercises takes, by their names in the bundle.

    Raises:
        BadInputError: the record of the reference solutions isn't up to date, and in a bundle it can't be made anew.
    """
    record = read_record(course)
    outdated = [exercise.id for exercise in exercises if stale(course, record, exercise)]
    if outdated:
        msg = f"tests/{RECORD} is out of date for {', '.join(outdated)}. Write it again: nox -s verify -- --record"
        raise BadInputError(msg)
    suites = [f"tests/{exercise.suite}" for exercise in exercises]
    beside = ["LICENSE", "requirements/grade.txt", "requirements/lock.txt", f"tests/{RECORD}"]
    library = Path(grader.__file__).parent
    return {
        **{f"{COURSE}/{name}": course.root / name for name in [*suites, *beside]},
        **{f"{COURSE}/grader/{file.relative_to(library).as_posix()}": file for file in _library(library)},
    }


def _library(folder: Path) -> list[Path]:
    """Return the library's files, without its own tests and without what Python makes of them."""
    own_tests = folder / "tests"
    return [
        file
        for file in folder.rglob("*")
        if file.is_file() and "__pycache__" not in file.parts and not file.is_relative_to(own_tests)
    ]


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        msg = f"{file} can't be read: {error.strerror or error}. Run this in the instructor's copy of the course."
        raise BadInputError(msg) from None


def _write(target: Path, data: bytes) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    except OSError as error:
        msg = f"{target} can't be written: {error.strerror or error}. Name another place with --out."
        raise BadInputError(msg) from None
