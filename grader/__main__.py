"""`python -m grader`."""

import atexit
import contextlib
import gc
import os
import sys

gc.set_threshold(200_000)  # nearly all that is made is imported or is a verdict, and stays

try:
    from grader.cli import main

    code = main(sys.argv[1:])
except KeyboardInterrupt:
    # Ctrl-C before there is anything to tell, or after everything has been told.
    code = 130

if code <= 128:  # noqa: PLR2004 - a signal's number and 128, as shells have it
    atexit._run_exitfuncs()  # noqa: SLF001 - what Python does at its end, all but taking every module apart
for stream in (sys.stdout, sys.stderr):
    with contextlib.suppress(OSError):
        stream.flush()
# Python itself would at times end by the signal instead, and takes a twentieth of a second for what nobody needs.
os._exit(code)
