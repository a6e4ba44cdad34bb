"""Sockets without a network, and the calls that wait for them."""

from __future__ import annotations

import select
import selectors
import socket
from typing import TYPE_CHECKING, Any

from grader.simulation.network import _names
from grader.simulation.network._connections import real_wait, wait
from grader.simulation.network._network import DEFAULT_BUFFER, Network, UnknownHostError, current, socket_at
from grader.simulation.network._select import SimulatedEpoll, SimulatedPoll, SimulatedSelector, simulated_select
from grader.simulation.network._services import Connection, Service
from grader.simulation.network._sockets import RealSocket, SimulatedSocket, socketpair
from grader.simulation.network._waiting import READABLE, WRITABLE, announce, events_now

if TYPE_CHECKING:
    from grader.simulation._patching import Patches

__all__ = [
    "DEFAULT_BUFFER",
    "READABLE",
    "REPLACEMENTS",
    "WRITABLE",
    "Connection",
    "Network",
    "Service",
    "SimulatedSocket",
    "UnknownHostError",
    "announce",
    "current",
    "events_now",
    "install",
    "socket_at",
]

_POLLS: dict[str, Any] = {"poll": SimulatedPoll, "epoll": SimulatedEpoll}
_SELECTORS = ("DefaultSelector", "SelectSelector", "PollSelector", "EpollSelector", "DevpollSelector", "KqueueSelector")

REPLACEMENTS: dict[Any, Any] = {
    real_wait: wait,
    RealSocket: SimulatedSocket,
    socket.socketpair: socketpair,
    select.select: simulated_select,
    **{getattr(select, name): kind for name, kind in _POLLS.items() if hasattr(select, name)},
    **{getattr(selectors, name): SimulatedSelector for name in _SELECTORS if hasattr(selectors, name)},
    **_names.REPLACEMENTS,
}
"""Each real function or class that any module may hold, and what stands in for it."""


def install(patches: Patches) -> None:
    """Replace what has to be replaced by name: `SocketType` is another name of the real class's base."""
    patches.set(socket, "SocketType", SimulatedSocket)
