"""Calls sys.exit in the call.

says: Your program called sys.exit() in line 10, which ends a whole program.
"""

import sys


def run_concurrently(jobs):
    sys.exit(0)
