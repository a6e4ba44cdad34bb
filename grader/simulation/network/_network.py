"""The names and ports of one simulation, and every socket that was made in it."""

from __future__ import annotations

import errno
import os
import socket
import weakref
from typing import TYPE_CHECKING, Any, Self

from grader.simulation._errors import NotSimulatedError, SimulationError

if TYPE_CHECKING:
    from grader.simulation._leftover import Leftover
    from grader.simulation.network._endpoint import Address, Endpoint
    from grader.simulation.network._services import Service
    from grader.simulation.network._sockets import SimulatedSocket

DEFAULT_BUFFER = 65_536
"""Bytes that a connection holds in each direction before the sender must wait."""

_FIRST_EPHEMERAL_PORT = 49_152
_WILDCARDS = frozenset({"", "0.0.0.0", "::"})  # noqa: S104 - names to recognise, not to bind
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1", "ip6-localhost"})


class UnknownHostError(NotSimulatedError, socket.gaierror):
    """A name was looked up that the simulated network doesn't have; no real look-up is made."""


class Network:
    """A network of its own for one simulation: nothing reaches the outside, no port can be taken already."""

    def __init__(self, buffer: int = DEFAULT_BUFFER) -> None:
        self.buffer = buffer
        self.sockets: weakref.WeakValueDictionary[int, SimulatedSocket] = weakref.WeakValueDictionary()
        self.abandoned: list[Leftover] = []
        self._listeners: dict[Any, Endpoint] = {}
        self._services: dict[Any, Service] = {}
        self._bound: set[Any] = set()
        self._next_port = _FIRST_EPHEMERAL_PORT
        self._made = 0
        self._next_client_port = 40_000
        self.detached: dict[int, Endpoint] = {}

    def __enter__(self) -> Self:
        global _current  # noqa: PLW0603 - one simulation, one network
        if _current is not None:
            msg = "a simulated network exists already"
            raise SimulationError(msg)
        _current = self
        return self

    def __exit__(self, *exc_info: object) -> None:
        global _current  # noqa: PLW0603 - one simulation, one network
        _current = None
        for open_socket in list(self.sockets.values()):
            open_socket.forget()

    def count(self) -> int:
        """Number a new socket."""
        self._made += 1
        return self._made

    def bind(self, address: Address) -> Address:
        """Take a name, choosing a free port for 0.

        Raises:
            OSError: EADDRINUSE, the name is taken.
        """
        address = self._with_port(address)
        if _key(address) in self._bound:
            raise OSError(errno.EADDRINUSE, os.strerror(errno.EADDRINUSE))
        self._bound.add(_key(address))
        return address

    def client_address(self, family: int) -> Address:
        """Return the name of the next connecting socket that has none."""
        self._next_client_port += 1
        if family == socket.AF_INET6:
            return ("::1", self._next_client_port, 0, 0)
        return ("127.0.0.1", self._next_client_port)

    def listen(self, endpoint: Endpoint) -> None:
        """Let connections to the endpoint's name reach it."""
        self._listeners[_key(endpoint.name)] = endpoint

    def serve(self, address: Address, service: Service) -> None:
        """Let attempts to connect to an address reach a service, which needs neither a thread nor a socket.

        Raises:
            OSError: EADDRINUSE, the name is taken.
        """
        self._services[_key(self.bind(address))] = service

    def service_at(self, address: Address) -> Service | None:
        """Return the service at `address`, if there is one."""
        return self._services.get(_key(address))

    def release(self, endpoint: Endpoint) -> None:
        """Free the name of a closed socket."""
        key = _key(endpoint.name)
        if self._listeners.get(key) is endpoint:
            del self._listeners[key]
        if endpoint.backlog is not None or endpoint.peer is None:
            self._bound.discard(key)

    def is_bound(self, address: Address) -> bool:
        """Tell whether a socket has this name, listening or not."""
        return _key(address) in self._bound

    def find(self, address: Address) -> Endpoint | None:
        """Return the listening endpoint at `address`, or None if nobody listens there."""
        found = self._listeners.get(_key(address))
        if found is None and isinstance(address, tuple):
            found = self._listeners.get(("*", address[1]))
        return found

    def knows(self, host: str) -> bool:
        """Tell whether a host name exists in this network."""
        if host in _LOOPBACK or host in _WILDCARDS or _is_numeric(host):
            return True
        return any(key[0] == host for key in (*self._listeners, *self._services) if isinstance(key, tuple))

    def leftovers(self) -> list[Leftover]:
        """List the sockets that are open, or were dropped without being closed."""
        still_open = [found for made in self.sockets.values() if (found := made.leftover()) is not None]
        return [*self.abandoned, *still_open]

    def _with_port(self, address: Address) -> Address:
        if not isinstance(address, tuple) or address[1] != 0:
            return address
        while _key((address[0], self._next_port)) in self._bound:
            self._next_port += 1
        port = self._next_port
        self._next_port += 1
        return (address[0], port, *address[2:])


_current: Network | None = None


def current() -> Network:
    """Return the network of the running simulation.

    Raises:
        SimulationError: no simulation is running.
    """
    if _current is None:
        msg = "a simulated socket was used after its simulation had ended"
        raise SimulationError(msg)
    return _current


def current_or_none() -> Network | None:
    """Return the network of the running simulation, or None."""
    return _current


def socket_at(descriptor: int) -> SimulatedSocket | None:
    """Return the simulated socket that has a descriptor, if any."""
    return _current.sockets.get(descriptor) if _current is not None else None


def _key(address: Address) -> Any:  # noqa: ANN401 - a tuple, or the path itself
    if not isinstance(address, tuple):
        return os.fspath(address)
    host = address[0]
    if host in _WILDCARDS:
        host = "*"
    elif host in _LOOPBACK or host.startswith("127."):
        host = "localhost"
    return (host, address[1])


def _is_numeric(host: str) -> bool:
    for family in (socket.AF_INET, socket.AF_INET6):
        try:
            socket.inet_pton(family, host)
        except OSError:
            continue
        return True
    return False
