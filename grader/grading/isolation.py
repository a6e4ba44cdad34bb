"""How far a submission is kept apart from the grader and from the machine: what the levels mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

Level = Literal["none", "processes", "landlock", "bwrap"]
"""From the lowest to the highest; each holds what the one before holds.

``none``: the submission runs inside the grader (`--in-process`). ``processes``: in processes of its own, with limits.
``landlock``: they read only what Python needs and write only their scratch folder. ``bwrap``: and there is no network,
and no process of others to be seen.
"""

LEVELS: tuple[Level, ...] = get_args(Level)


@dataclass(frozen=True, slots=True)
class Isolation:
    """What was reached, found by trying.

    Attributes:
        level: the highest of which everything was found to hold.
        gaps: what stays open, and why; a sentence each. What keeps the next level from being reached comes first.
    """

    level: Level
    gaps: tuple[str, ...] = ()

    def reaches(self, level: Level) -> bool:
        """Tell whether this is at least that level."""
        return LEVELS.index(self.level) >= LEVELS.index(level)


def lower(one: Isolation | None, other: Isolation) -> Isolation:
    """Return the lower of two; what has been seen only once is the lower of it and nothing."""
    return other if one is None or one.reaches(other.level) else one
