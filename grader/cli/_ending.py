"""How a command ends: its exit code, and its last words."""

from __future__ import annotations

import contextlib
import sys

from grader.stopping import asked_by

PASSED, FAILED, BAD_INPUT, CANNOT_JUDGE, INTERRUPTED = 0, 1, 2, 3, 130

_BY_SIGNAL = 128
"""What shells add to a signal's number to tell that it ended a command: 130 is Ctrl-C's."""


def say(text: str) -> None:
    """Write to standard error, if anybody is left to read it: the exit code says the same."""
    with contextlib.suppress(OSError):
        sys.stderr.write(f"{text}\n")
        sys.stderr.flush()


def code_of_interruption() -> int:
    """Return the exit code of a command that was asked to end."""
    return _BY_SIGNAL + asked_by() if asked_by() else INTERRUPTED
