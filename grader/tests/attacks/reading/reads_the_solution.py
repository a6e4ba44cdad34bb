"""Looks for the reference solution on disk, from where the grader's own files are.

needs: landlock
says: The file raises RuntimeError
confinedsays: no solution: PermissionError
flags: files, inside
"""

import pathlib

import grader

home = pathlib.Path(grader.__file__).resolve().parent.parent
try:
    found = len((home / "solutions" / "concurrency" / "fundamentals.py").read_text())
except OSError as error:
    raise RuntimeError(f"no solution: {type(error).__name__}") from None
raise RuntimeError(f"a solution of {found} characters, which this program doesn't use")
