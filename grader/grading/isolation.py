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


IN_PROCESS = Isolation("none", ("The program runs inside the grader, and can do and say whatever the grader can.",))
"""What `--in-process` reaches."""


def too_little(reached: Isolation, required: Level, tried: Level) -> str:
    """Say that a level that is required isn't reached, why, and what to do.

    Args:
        reached: what is.
        required: the level.
        tried: the highest level that was tried.
    """
    words = [f"Isolation {required!r} is required, and {reached.level!r} is what is reached here. Nothing was graded."]
    if reached.level == "none":
        words.append("Leave --in-process away.")
    elif required == "bwrap" and tried != "bwrap":
        words.append("Give --sandbox bwrap as well.")
    else:
        words += reached.gaps[:1]
        words.append("Grade where that is otherwise, or in a virtual machine that may be lost: see docs/trust.md.")
    return "\n".join(words)
