"""Round numbers along an axis of simulated seconds."""

from __future__ import annotations

import math


def ticks(end: float, most: int) -> list[float]:
    """Return round numbers of seconds from 0 to the end.

    Args:
        end: more than 0.
        most: how many steps there may be.
    """
    digit = 10.0 ** math.floor(math.log10(end / most))
    # The last is more than enough whatever the rounding of the first.
    step = next(digit * factor for factor in (1, 2, 5, 10, 20) if end / (digit * factor) <= most + 1e-6)
    return [step * number for number in range(math.floor(end / step + 1e-6) + 1)]
