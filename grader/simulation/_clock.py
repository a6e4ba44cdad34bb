"""Virtual time in whole nanoseconds, and its conversion from and to seconds."""

from __future__ import annotations

NANOSECONDS = 1_000_000_000
_LONGEST_SECONDS = 1e10

# Virtual clocks start at fixed, plausible readings, so that runs are the same on every machine. Both are whole
# seconds, so that simulated durations are exact in either.
MONOTONIC_START = 1_000 * NANOSECONDS
WALL_START = 1_767_225_600 * NANOSECONDS
"""2026-01-01 00:00:00 UTC."""


def nanoseconds(seconds: float) -> int:
    """Convert a duration to whole nanoseconds, at least 1 for anything above zero.

    The minimum keeps a loop that waits for the rest of a time-out from waiting zero for ever where binary
    fractions leave a rest of, say, 1e-13 s.

    Raises:
        ValueError: `seconds` is not a number.
        OverflowError: `seconds` is infinite or too large for a real clock as well.
    """
    if seconds <= 0:
        return 0
    if seconds > _LONGEST_SECONDS:
        msg = "timestamp too large to convert to C _PyTime_t"
        raise OverflowError(msg)
    return max(1, round(seconds * NANOSECONDS))


def seconds(nanoseconds: int) -> float:
    """Convert whole nanoseconds to seconds."""
    return nanoseconds / NANOSECONDS
