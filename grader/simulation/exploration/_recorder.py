"""Writing down, line by line, what the threads do while a schedule is followed."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from grader.simulation._scheduler import active
from grader.simulation.exploration._following import follow
from grader.simulation.exploration._points import SharedOffsets
from grader.simulation.exploration._seen import Seen
from grader.simulation.exploration._steps import Access, Step
from grader.simulation.exploration._values import MISSING, evaluate, is_code, place, show

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import CodeType, FrameType

    from grader.simulation._states import SimulatedThread
    from grader.simulation.exploration._control import Control
    from grader.simulation.exploration._expressions import Expression, Use
    from grader.simulation.exploration._following import Instruction

STEP_LIMIT = 10_000
"""Steps kept of one replay; the rest are counted only."""


class _Open:
    """A step that may still grow."""

    __slots__ = ("accesses", "frame", "interrupted", "last", "line", "thread", "time")

    def __init__(self, thread: SimulatedThread, frame: FrameType, line: int, time: int) -> None:
        self.thread = thread
        self.frame = frame
        self.line = line
        self.time = time
        self.last = -1
        self.interrupted = False
        self.accesses: list[list[Any]] = []

    def close(self) -> Step:
        code = self.frame.f_code
        return Step(
            self.thread.number,
            self.thread.name,
            code.co_filename,
            self.line,
            code.co_qualname,
            tuple(Access(*access) for access in self.accesses),
            self.interrupted,
            self.time,
        )


class Recorder:
    """Is called before each instruction, and passes on those at which a thread may be interrupted."""

    def __init__(self, control: Control) -> None:
        self.dropped = 0
        self._control = control
        self._code: Seen[tuple[dict[int, Instruction], frozenset[int]]] = Seen(_worked_out(SharedOffsets()))
        self._steps: list[_Open] = []
        self._latest: dict[int, _Open] = {}
        self._unwritten: dict[int, tuple[FrameType, list[Any], Expression]] = {}
        self._objects: dict[Any, tuple[int, Any]] = {}

    def restart(self) -> None:
        """Forget what has been recorded."""
        self.dropped = 0
        self._steps, self._latest, self._unwritten, self._objects = [], {}, {}, {}

    def steps(self) -> tuple[Step, ...]:
        """Return what has been recorded."""
        return tuple(step.close() for step in self._steps)

    def point(self) -> None:
        """Record the instruction that is about to run, in the frame two calls up."""
        scheduler = active()
        if scheduler is None or scheduler.stopping:
            return
        frame = sys._getframe(2)
        code = frame.f_code
        instructions, shared = self._code.by_id.get(id(code)) or self._code.learn(code)
        thread = scheduler.running
        self._finish_write(thread, frame)
        offset = frame.f_lasti
        if offset in shared:
            switches = scheduler.switches
            self._control.point()
            if scheduler.switches != switches:
                if thread.number in self._latest:
                    self._latest[thread.number].interrupted = True
                # Python 3.11 and 3.12 may write a frame's variables back as they were when they were looked at.
                frame.f_locals  # noqa: B018 - looks at them again
        line, uses = instructions[offset]
        step = self._step(thread, frame, line, offset, scheduler.now)
        for use in uses:
            self._use(thread, frame, step, use)

    def _step(self, thread: SimulatedThread, frame: FrameType, line: int, offset: int, now: int) -> _Open:
        step = self._steps[-1] if self._steps else None
        same = step is not None and step.thread is thread and step.frame is frame and step.line == line
        if step is None or not same or offset <= step.last:
            step = self._latest[thread.number] = _Open(thread, frame, line, now)
            if len(self._steps) < STEP_LIMIT:
                self._steps.append(step)
            else:
                self.dropped += 1
        step.last = offset
        return step

    def _use(self, thread: SimulatedThread, frame: FrameType, step: _Open, use: Use) -> None:
        owner, part = place(use.what, frame)
        if owner is MISSING:
            return
        value = evaluate(use.what, frame) if use.kind == "read" else MISSING
        if is_code(value):
            return
        access = [use.kind, str(use.what), "" if value is MISSING else show(value), (self._number(owner), part)]
        step.accesses.append(access)
        if use.kind == "write":
            self._unwritten[thread.number] = (frame, access, use.what)

    def _finish_write(self, thread: SimulatedThread, frame: FrameType) -> None:
        """Look at what the thread's last instruction has written."""
        if thread.number in self._unwritten and self._unwritten[thread.number][0] is frame:
            _, access, what = self._unwritten.pop(thread.number)
            value = evaluate(what, frame)
            if value is not MISSING:
                access[2] = show(value)

    def _number(self, owner: Any) -> int:  # noqa: ANN401 - any object
        # The object is kept, or another one could get its identity.
        key = owner if isinstance(owner, str) else id(owner)
        return self._objects.setdefault(key, (len(self._objects) + 1, owner))[0]


def _worked_out(shared: SharedOffsets) -> Callable[[CodeType], tuple[dict[int, Instruction], frozenset[int]]]:
    return lambda code: (follow(code), shared(code))
