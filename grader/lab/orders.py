"""How many orders of the threads a search has tried, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grader.lab.observation import Explored


def orders_tried(explored: Explored | None) -> str:
    """Say how many orders were tried, and above all if those weren't all; nothing where there was no search."""
    if explored is None or not explored.tried:
        return ""
    if explored.replayed:
        return "One order of the threads' steps, repeated."
    most = f"with up to {explored.preemptions} interruptions" if explored.preemptions != 1 else "with one interruption"
    if not (explored.untried or explored.strayed):
        return f"Every order of the threads that matters, {most}: {explored.tried:,}."
    words = [f"{explored.tried:,} orders of the threads' steps {most}, not all that there are"]
    if explored.untried:
        words.append(f"{explored.untried:,} more are known")
    if explored.sampled:
        words.append(f"{explored.sampled:,} of those tried were drawn at random; the same --seed draws the same")
    if explored.strayed:
        words.append(f"{explored.strayed:,} could not be followed, as the program doesn't always do the same")
    return "; ".join(words) + "."
