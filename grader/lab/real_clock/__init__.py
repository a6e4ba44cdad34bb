"""The real clock, scaled: programs really wait, in real threads, but everything that takes a second takes a fraction.

`RealClock` runs a scenario as `grader.lab.clock.SimulatedClock` does. The program lives in seconds of its own: its
clocks run faster, and whatever waits for a given time waits that much shorter. What the program computes is not scaled.
"""

from __future__ import annotations

from grader.lab.real_clock._running import RealClock

__all__ = ["RealClock"]
