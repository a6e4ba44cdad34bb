"""Sockets without a network, and the calls that wait for them."""

from __future__ import annotations

import select
import selectors
import socket
from typing import TYPE_CHECKING, Any

from grader.simulation.network._network import DEFAULT_BUFFER, Network, UnknownHostError, current, socket_at
from grader.simulation.network._select import SimulatedEpoll, SimulatedPoll, SimulatedSelector, simulated_select
from grader.simulation.network._sockets import (
    RealSocket,
    SimulatedSocket,
    getaddrinfo,
    gethostbyname,
    socketpair,
)
from grader.simulation.network._waiting import READABLE, WRITABLE, events_now

if TYPE_CHECKING:
    from grader.simulation._patching import Patches

__all__ = [
    "DEFAULT_BUFFER",
    "READABLE",
    "REPLACEMENTS",
    "WRITABLE",
    "Network",
    "SimulatedSocket",
    "UnknownHostError",
    "current",
    "events_now",
    "install",
    "socket_at",
]

REPLACEMENTS: dict[Any, Any] = {
    RealSocket: SimulatedSocket,
    socket.socketpair: socketpair,
    socket.getaddrinfo: getaddrinfo,
    socket.gethostbyname: gethostbyname,
    select.select: simulated_select,
}
"""Each real function or class that any module may hold, and what stands in for it."""

_SELECTORS = ("DefaultSelector", "SelectSelector", "PollSelector", "EpollSelector", "DevpollSelector", "KqueueSelector")


def install(patches: Patches) -> None:
    """Replace what has to be replaced by name."""
    patches.set(select, "poll", SimulatedPoll)
    patches.set(select, "epoll", SimulatedEpoll)
    for name in _SELECTORS:
        patches.set(selectors, name, SimulatedSelector)
