"""`select.select`, `select.poll`, `select.epoll` and the selectors, on virtual time."""

from __future__ import annotations

import select
import selectors
import socket
from typing import TYPE_CHECKING, Any, Self

from grader.simulation import _scheduler
from grader.simulation._trace import shown_as
from grader.simulation.network._waiting import ERR, HUP, IN, NVAL, OUT, PRI, wait_for_events

if TYPE_CHECKING:
    from collections.abc import Iterable

_real_select = select.select
_READABLE = IN | HUP | ERR | NVAL
_WRITABLE = OUT | ERR | NVAL


def simulated_select(
    rlist: Iterable[Any], wlist: Iterable[Any], xlist: Iterable[Any], timeout: float | None = None, /
) -> tuple[list[Any], list[Any], list[Any]]:
    """Stand in for `select.select`."""
    if _scheduler.active() is None:
        return _real_select(rlist, wlist, xlist, timeout)
    # A wrong time-out, and arguments that can't be iterated, get the real function's errors.
    _real_select((), (), (), 0 if timeout is None else min(timeout, 0))
    lists = [list(rlist), list(wlist), list(xlist)]
    wanted: dict[int, int] = {}
    for items, mask in zip(lists, (IN, OUT, PRI), strict=True):
        for item in items:
            descriptor = _descriptor(item)
            wanted[descriptor] = wanted.get(descriptor, 0) | mask
    found = wait_for_events(wanted, timeout, "select")
    readable, writable, exceptional = (
        [item for item in items if found.get(_descriptor(item), 0) & mask]
        for items, mask in zip(lists, (_READABLE, _WRITABLE, PRI), strict=True)
    )
    return readable, writable, exceptional


shown_as("select", simulated_select)


class SimulatedPoll:
    """Stands in for `select.poll()`."""

    def __init__(self) -> None:
        self._wanted: dict[int, int] = {}

    def register(self, fd: Any, eventmask: int = IN | PRI | OUT, /) -> None:  # noqa: ANN401 - a descriptor or what has one
        """Ask for events of a descriptor."""
        self._wanted[_descriptor(fd)] = eventmask

    def modify(self, fd: Any, eventmask: int, /) -> None:  # noqa: ANN401 - a descriptor or what has one
        """Ask for other events of a registered descriptor."""
        if _descriptor(fd) not in self._wanted:
            raise FileNotFoundError(2, "No such file or directory")
        self._wanted[_descriptor(fd)] = eventmask

    def unregister(self, fd: Any, /) -> None:  # noqa: ANN401 - a descriptor or what has one
        """Ask no longer."""
        del self._wanted[_descriptor(fd)]

    def poll(self, timeout: float | None = None, /) -> list[tuple[int, int]]:
        """Wait for events, `timeout` in milliseconds."""
        seconds = None if timeout is None or timeout < 0 else timeout / 1000
        return list(wait_for_events(self._wanted, seconds, "poll").items())


class SimulatedEpoll(SimulatedPoll):
    """Stands in for `select.epoll()`, level-triggered; edge-triggered and one-shot modes are not simulated."""

    def __init__(self, sizehint: int = -1, flags: int = 0) -> None:  # noqa: ARG002 - the real signature
        super().__init__()
        self.closed = False
        self._identity = socket.socket()

    def poll(self, timeout: float | None = None, maxevents: int = -1) -> list[tuple[int, int]]:
        """Wait for events, `timeout` in seconds."""
        seconds = None if timeout is None or timeout < 0 else timeout
        found = list(wait_for_events(self._wanted, seconds, "epoll").items())
        return found[:maxevents] if maxevents > 0 else found

    def fileno(self) -> int:
        """Return a descriptor that stands for this object."""
        return self._identity.fileno()

    def close(self) -> None:
        """Close it."""
        self.closed = True
        self._identity.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()


class SimulatedSelector(selectors._BaseSelectorImpl):
    """Stands in for every selector of `selectors`; asyncio's event loops wait in one of these."""

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """Wait for events, `timeout` in seconds."""
        keys = {key.fd: key for key in self.get_map().values()}
        wanted = {
            descriptor: (IN if key.events & selectors.EVENT_READ else 0)
            | (OUT if key.events & selectors.EVENT_WRITE else 0)
            for descriptor, key in keys.items()
        }
        found = wait_for_events(wanted, timeout, "select")
        result = []
        for descriptor, events in found.items():
            key = keys[descriptor]
            ready = selectors.EVENT_READ if events & ~OUT else 0
            ready |= selectors.EVENT_WRITE if events & ~IN else 0
            if ready & key.events:
                result.append((key, ready & key.events))
        return result


def _descriptor(item: Any) -> int:  # noqa: ANN401 - a descriptor or what has one
    descriptor = item if isinstance(item, int) else item.fileno()
    if descriptor < 0:
        msg = f"file descriptor cannot be a negative integer ({descriptor})"
        raise ValueError(msg)
    return int(descriptor)
