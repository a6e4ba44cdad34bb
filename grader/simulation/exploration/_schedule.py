"""A schedule as a short list of numbers that can be printed, read back and run again."""

from __future__ import annotations

import itertools
import re
import sys
from dataclasses import dataclass

VERSION = f"{sys.version_info.major}.{sys.version_info.minor}"
"""The Python version whose bytecodes the schedules of this process count."""

_DEFAULT = "default"
_FORM = re.compile(r"(\d+\.\d+)/(.+)", re.ASCII)
_SWITCH = re.compile(r"(w?)([1-9]\d*):(0|[1-9]\d*)", re.ASCII)


class ScheduleError(ValueError):
    """A text is no schedule, or a schedule can't be run here or on this program."""


@dataclass(frozen=True, slots=True)
class Switch:
    """One place where the schedule decides otherwise than the scheduler would.

    Attributes:
        number: which place, counted from 1 in each run: of the bytecodes before which another thread could have run,
            or of the occasions at which a thread waited or ended and several could run.
        thread: number of the simulated thread that runs next.
        preempts: whether it interrupts a thread that could have gone on.
    """

    number: int
    thread: int
    preempts: bool = True

    def __str__(self) -> str:
        return f"{'' if self.preempts else 'w'}{self.number}:{self.thread}"


@dataclass(frozen=True, slots=True)
class Schedule:
    """One order in which the threads' steps interleave, as its differences from the default order.

    By default a thread runs until it waits or ends, and then the one runs that has been able to for longest. The text
    ``3.11/17:2,w1:3`` means: counted in bytecodes of Python 3.11, interrupt at the 17th place to run thread 2; at the
    first choice among waiting threads, take thread 3.

    Attributes:
        switches: in the order in which they come in the run.
        python: the Python version, ``major.minor``, whose bytecodes are counted.
    """

    switches: tuple[Switch, ...] = ()
    python: str = VERSION

    @property
    def preemptions(self) -> int:
        """How often a thread is interrupted that could have gone on."""
        return sum(switch.preempts for switch in self.switches)

    def __str__(self) -> str:
        return f"{self.python}/{','.join(map(str, self.switches)) or _DEFAULT}"

    @classmethod
    def parse(cls, text: str) -> Schedule:
        """Read what `str` of a schedule gave.

        Raises:
            ScheduleError: the text is no schedule.
        """
        form = _FORM.fullmatch(text.strip())
        if form is None:
            msg = f"{text!r} is not a schedule; one looks like {VERSION}/17:2,w1:3 or {VERSION}/{_DEFAULT}"
            raise ScheduleError(msg)
        python, body = form.groups()
        if body == _DEFAULT:
            return cls((), python)
        switches = tuple(_parse_switch(part, text) for part in body.split(","))
        for preempts in (True, False):
            numbers = [switch.number for switch in switches if switch.preempts is preempts]
            if any(following <= number for number, following in itertools.pairwise(numbers)):
                msg = f"in the schedule {text!r}, the places must come in rising order"
                raise ScheduleError(msg)
        return cls(switches, python)

    def then(self, switch: Switch) -> Schedule:
        """Return this schedule with one more switch at its end."""
        return Schedule((*self.switches, switch), self.python)

    def check_version(self) -> None:
        """Refuse a schedule that counts another Python version's bytecodes.

        Raises:
            ScheduleError: it does.
        """
        if self.python != VERSION:
            msg = (
                f"the schedule {self} counts bytecodes of Python {self.python}, and this is Python {VERSION}: "
                f"replay it with Python {self.python}, or search again with this one"
            )
            raise ScheduleError(msg)


def _parse_switch(part: str, text: str) -> Switch:
    match = _SWITCH.fullmatch(part)
    if match is None:
        msg = (
            f"in the schedule {text!r}, {part!r} is not a switch; "
            "one looks like 17:2 (at place 17 run thread 2) or w1:3 (at choice 1 take thread 3)"
        )
        raise ScheduleError(msg)
    waits, number, thread = match.groups()
    return Switch(int(number), int(thread), preempts=not waits)
