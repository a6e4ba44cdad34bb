"""Waiting, in virtual time, until a file descriptor is ready: the one place where select, poll and sockets meet."""

from __future__ import annotations

import select
from asyncio import _get_running_loop
from typing import TYPE_CHECKING

from grader.simulation import _scheduler
from grader.simulation._clock import nanoseconds, seconds
from grader.simulation._states import Waiting
from grader.simulation.network import _network

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_real_poll = select.poll

IN, OUT, PRI, ERR, HUP, NVAL = (
    select.POLLIN, select.POLLOUT, select.POLLPRI, select.POLLERR, select.POLLHUP, select.POLLNVAL,
)  # fmt: skip

READABLE, WRITABLE = IN, OUT


def events_now(wanted: Mapping[int, int]) -> dict[int, int]:
    """Return the poll events that are set at this moment, by descriptor, for those that have any.

    Simulated sockets answer from their own state; the kernel is asked about every other descriptor.
    """
    found: dict[int, int] = {}
    others = _real_poll()
    any_others = False
    for descriptor, mask in wanted.items():
        simulated = _network.socket_at(descriptor)
        if simulated is None:
            others.register(descriptor, mask)
            any_others = True
        elif events := simulated.events(mask):
            found[descriptor] = events
    if any_others:
        found.update(others.poll(0))
    return {descriptor: found[descriptor] for descriptor in wanted if descriptor in found}


def wait_for_events(wanted: Mapping[int, int], timeout: float | None, detail: str) -> dict[int, int]:
    """Wait until any descriptor has an event, at most `timeout` simulated seconds (None: for ever)."""
    found = events_now(wanted)
    scheduler = _scheduler.active()
    if scheduler is None:
        return found
    # An event loop looks once in every round, whatever it has to do; whoever else calls looks at each of them.
    looks = 1 if _get_running_loop() is not None else max(1, len(wanted))
    if found:
        # Who asks again and again, and does nothing about what is ready, is busy waiting.
        if not scheduler.stopping:
            scheduler.spin(looks)
        return found
    if timeout is not None and timeout <= 0:
        look(looks)
        return events_now(wanted)
    limit = None if timeout is None else nanoseconds(timeout)
    scheduler.park(Waiting("select", detail=detail), limit, ready=lambda: bool(events_now(wanted)))
    return events_now(wanted)


def wait_until(ready: Callable[[], bool], deadline: int | None, detail: str) -> bool:
    """Wait for one socket operation; False if `deadline` (virtual nanoseconds) comes first."""
    scheduler = _scheduler.active()
    if scheduler is None:
        return ready()
    limit = None if deadline is None else max(0, deadline - scheduler.now)
    return scheduler.park(Waiting("socket", detail=detail), limit, ready=ready)


def announce() -> None:
    """Wake those who have waited for what has just happened to a socket or a pipe, in the order of their waiting."""
    scheduler = _scheduler.active()
    if scheduler is not None:
        scheduler.news += 1
        scheduler.poll()


def look(looks: int = 1) -> None:
    """Count an attempt of a non-blocking socket that came to nothing, and let the other threads go on."""
    scheduler = _scheduler.active()
    if scheduler is not None and not scheduler.cleaning_up():
        scheduler.pause()
        scheduler.spin(looks)


def deadline_after(timeout: float | None) -> int | None:
    """Return the virtual time `timeout` seconds from now, or None for no limit."""
    scheduler = _scheduler.active()
    if timeout is None or scheduler is None:
        return None
    return scheduler.now + nanoseconds(timeout)


def left_until(deadline: int) -> float:
    """Return the seconds until `deadline`.

    Raises:
        TimeoutError: there are none left.
    """
    scheduler = _scheduler.active()
    rest = 0 if scheduler is None else deadline - scheduler.now
    if rest <= 0:
        msg = "timed out"
        raise TimeoutError(msg)
    return seconds(rest)
