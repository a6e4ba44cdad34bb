"""Finds the exercises in what was handed in, and prints the folder: Gradescope keeps a zip's folders, and no others.

find_submission.py SUBMISSION COURSE SCRATCH
"""

from __future__ import annotations

import shutil
import stat
import sys
from pathlib import Path

SIZE_LIMIT = 1 << 20
"""Bytes that an exercise's file may have."""


def find(submission: Path, course: Path, scratch: Path) -> Path:
    """Returns a folder shaped like `exercises/`.

    That is the submission, a folder in it, or one in there: a zip of the repository, of `exercises/` or of its content.
    If there is none and the course has one concept, files that were handed in without their folder are put into one.
    What isn't there the grader reports as missing.
    """
    exercises = [
        (suite.parent.name, f"{suite.stem.removeprefix('test_')}.py") for suite in course.glob("tests/*/test_*.py")
    ]
    concepts = {concept for concept, _ in exercises}
    for folder in candidates(submission):
        if any((folder / concept).is_dir() for concept in concepts):
            return folder
    tree = scratch / "exercises"
    for concept, name in exercises:
        (tree / concept).mkdir(parents=True, exist_ok=True)
        if len(concepts) == 1 and is_small_file(submission / name):
            shutil.copyfile(submission / name, tree / concept / name)
    return tree


def candidates(submission: Path) -> list[Path]:
    """Returns the folders that may be shaped like `exercises/`; links are not followed."""
    inner = folders(submission)
    return [submission, *inner, *(folder for outer in inner for folder in folders(outer))]


def folders(folder: Path) -> list[Path]:
    """Returns the folders in a folder, `exercises` first."""
    found = [path for path in folder.iterdir() if path.is_dir() and not path.is_symlink()]
    return sorted(found, key=lambda path: (path.name != "exercises", path.name))


def is_small_file(path: Path) -> bool:
    """Whether this is a file, and no link, of a size that an exercise can have."""
    try:
        status = path.lstat()
    except OSError:
        return False
    return stat.S_ISREG(status.st_mode) and status.st_size <= SIZE_LIMIT


if __name__ == "__main__":
    sys.stdout.write(str(find(*map(Path, sys.argv[1:4]))))
