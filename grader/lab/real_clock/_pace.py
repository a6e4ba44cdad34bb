"""How much faster a program's time passes than the real one."""

from __future__ import annotations

from typing import TypeVar

T = TypeVar("T")


class Pace:
    """The present pace of this process.

    Attributes:
        factor: how many seconds of the program pass in a real one. It is 1 while no program runs on a scaled clock, so
            that what was made for one works as usual afterwards.
    """

    factor: int = 1

    def shortened(self, timeout: T) -> T:
        """Turn a program's time-out into the real one.

        None, 0 and whatever is no positive number are passed on as they are: they mean the same, or the same mistake.
        """
        if isinstance(timeout, (int, float)) and timeout > 0:
            return timeout / self.factor  # type: ignore[return-value] # a number, as it was
        return timeout


PACE = Pace()
