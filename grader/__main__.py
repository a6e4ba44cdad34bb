"""`python -m grader`."""

import contextlib
import gc
import os
import sys

gc.set_threshold(50_000)  # nearly all that is made in the beginning is imported, and stays

try:
    from grader.cli import main

    code = main(sys.argv[1:])
except KeyboardInterrupt:
    # Ctrl-C before there is anything to tell, or after everything has been told.
    code = 130

if code > 128:  # noqa: PLR2004 - a signal's number and 128, as shells have it
    # Python itself would at times end by the signal instead.
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError):
            stream.flush()
    os._exit(code)
sys.exit(code)
