"""Looks for the suites, the record of the reference solutions, and Git's history of both.

needs: landlock
says: The file raises RuntimeError
confinedsays: found 0 things
flags: files, foreign, inside, system
"""

import ctypes
import pathlib

import grader

home = pathlib.Path(grader.__file__).resolve().parent.parent
found = []
for name in ("tests/concurrency/test_fundamentals.py", "tests/reference.json", ".git/HEAD", ".git"):
    try:
        found.append(len((home / name).read_bytes()))
    except OSError:
        continue
try:
    ctypes.CDLL(None).system(f"git -C {home} log -p -1 > history 2> /dev/null".encode())
    found += [1] if pathlib.Path("history").stat().st_size else []
except OSError:
    pass
raise RuntimeError(f"found {len(found)} things, of which this program uses none")
