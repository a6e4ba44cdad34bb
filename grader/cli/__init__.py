"""The command `grader`, and what its exit codes mean.

0: all checks passed. 1: graded, some failed. 2: bad usage or input; the message says what, and the remedy. 3: the
grader itself could not judge. 130: interrupted with Ctrl-C; 143 and 129: by a request to end, or a terminal that was
closed.
"""

from __future__ import annotations

import contextlib
import sys

from grader.cli._ending import BAD_INPUT, CANNOT_JUDGE, FAILED, INTERRUPTED, PASSED
from grader.launching import launched_early

__all__ = ["BAD_INPUT", "CANNOT_JUDGE", "FAILED", "INTERRUPTED", "PASSED", "main"]

_RUN_PROGRAMS = ("grade", "verify")
_OTHERWISE = frozenset({"--in-process", "--sandbox", "--help", "-h"})


def main(arguments: list[str] | None = None) -> int:
    """Run the command; return its exit code."""
    given = sys.argv[1:] if arguments is None else arguments
    early = given[:1] and given[0] in _RUN_PROGRAMS and _OTHERWISE.isdisjoint(given)
    with launched_early() if early else contextlib.nullcontext():
        from grader.cli._command import run  # noqa: PLC0415 - what is launched loads its own modules meanwhile

        return run(given)
