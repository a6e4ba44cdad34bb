"""`python -m grader`."""

import os
import sys

try:
    from grader.cli import INTERRUPTED, main

    code = main(sys.argv[1:])
except KeyboardInterrupt:
    # Ctrl-C before there is anything to tell, or after everything has been told.
    code = INTERRUPTED = 130

if code == INTERRUPTED:
    # Python itself would at times end by the signal instead.
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
sys.exit(code)
