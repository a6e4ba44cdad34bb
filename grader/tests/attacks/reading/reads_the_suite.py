"""Looks for the suites, the record of the reference solutions, and Git's history of both.

needs: landlock
says: The file raises RuntimeError
"""

import pathlib
import subprocess

import grader

home = pathlib.Path(grader.__file__).resolve().parent.parent
found = []
for name in ("tests/concurrency/test_fundamentals.py", "tests/reference.json", ".git/HEAD", ".git"):
    try:
        found.append(len((home / name).read_bytes()))
    except OSError:
        continue
try:
    found.append(len(subprocess.run(["git", "-C", str(home), "log", "-p", "-1"], capture_output=True).stdout))
except OSError:
    pass
raise RuntimeError(f"found {len(found)} things, of which this program uses none")
