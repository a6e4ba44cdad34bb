"""Finding interruptions that lead to the same, without running them.

A thread is interrupted before a step, another thread runs until it waits or ends, and the first one goes on. If the
step only reads names, or computes with plain values, and the other has bound none of these names, the other might as
well have run after it: to interrupt the thread one place later comes to the same, and so does whatever may happen after
that. So it is with the step that follows, up to the first that does anything else.

This holds as long as the two are the only ones that can run meanwhile, and the first is the only one that can go on
when the other gives way: else there are orders with something in between.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from types import CodeType, FrameType

    from grader.simulation._states import SimulatedThread
    from grader.simulation.exploration._effects import Binding, Effect

    Effects = Callable[[CodeType], Mapping[int, Effect]]


class Equivalence:
    """Follows one run from its last interruption on.

    Attributes:
        open: whether there is still something to find out.
        places: at how many places after that of the interruption another one would have led to the same.
    """

    __slots__ = ("_bound", "_effects", "_gone_on", "_interrupted", "_names", "_other", "open", "places")

    def __init__(self, effects: Effects, interrupted: SimulatedThread, other: SimulatedThread) -> None:
        """Begin when a thread is interrupted so that another one runs."""
        self.open = True
        self.places = 0
        self._effects = effects
        self._interrupted = interrupted
        self._other = other
        self._bound: set[Binding] = set()
        self._names: set[str] = set()
        self._gone_on = False

    def go_on(self, frame: FrameType) -> None:
        """The interrupted thread goes on, with the step before which it was interrupted."""
        self._gone_on = True
        self.open = self.open and self._is_independent(frame)

    def step(self, frame: FrameType) -> None:
        """A thread comes to its next step."""
        if self._gone_on:
            self.places += 1
            self.open = self._is_independent(frame)
            return
        effect = self._effects(frame.f_code).get(frame.f_lasti)
        if effect is not None and effect.kind == "binds":
            self._bound |= effect.bindings(frame)
            self._names |= {name for _, name in self._bound}
        # Of an object that has come to be of another class, all attributes may be others.
        self.open = "__class__" not in self._names

    def switch(self, chosen: SimulatedThread, ready: Collection[SimulatedThread]) -> None:
        """A thread gives way, and one is chosen from those that were ready; the others still are."""
        # Where the interrupted thread isn't the only one that can go on, the schedule could have it come later.
        known = chosen in (self._interrupted, self._other) and all(thread is self._interrupted for thread in ready)
        self.open = known and not self._gone_on

    def _is_independent(self, frame: FrameType) -> bool:
        effect = self._effects(frame.f_code).get(frame.f_lasti)
        if effect is None or effect.kind == "binds" or not effect.is_plain(frame):
            return False
        return not any(map(self._is_bound, effect.bindings(frame)))

    def _is_bound(self, binding: Binding) -> bool:
        where, name = binding
        if not isinstance(where, int):
            # A global name is an attribute of its module as well.
            return name in self._names
        return binding in self._bound or (None, name) in self._bound
