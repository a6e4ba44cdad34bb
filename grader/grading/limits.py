"""How long a submission may take in real time. Waiting is free, so these end only what would never end."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits in real seconds.

    Attributes:
        call: wall-clock time of one check's run.
        cpu: processor time of one check's run; a loop without end is known by this, however busy the machine is.
        suite: wall-clock time that the runs of one exercise which had to be ended may take together.
    """

    call: float = 10.0
    cpu: float = 3.0
    suite: float = 30.0


DEFAULT_LIMITS = Limits()
