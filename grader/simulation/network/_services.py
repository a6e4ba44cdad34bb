"""What is at an address of the network without a socket or a thread of its own.

A service is told of each connection at once, by whichever thread brings it about, and acts at later times by the
scheduler's alarms. So it is in no trace, leaves nothing behind, and is nobody that a deadlock could wait for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.simulation import _scheduler
from grader.simulation.network._endpoint import Address, Endpoint
from grader.simulation.network._network import DEFAULT_BUFFER
from grader.simulation.network._waiting import announce

if TYPE_CHECKING:
    from collections.abc import Callable


class Connection:
    """The service's end of a connection. No call of it waits.

    Attributes:
        on_change: called whenever the client has sent, read, shut down or closed. It must not wait.
    """

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._outgoing = bytearray()
        self._closing = False
        self.on_change: Callable[[], None] = lambda: None
        endpoint.watcher = self._changed

    @property
    def unread(self) -> int:
        """How many bytes have arrived and have not been read."""
        return len(self._endpoint.inbox)

    @property
    def at_end(self) -> bool:
        """Whether the client sends nothing more and everything has been read."""
        return self._endpoint.over and not self._endpoint.inbox

    @property
    def client_closed(self) -> bool:
        """Whether the client has closed its socket; shutting down its sending is not enough."""
        peer = self._endpoint.peer
        return peer is None or peer.closed

    def read(self) -> bytes:
        """Take everything that has arrived."""
        data = bytes(self._endpoint.inbox)
        self._endpoint.inbox.clear()
        announce()
        return data

    def write(self, data: bytes) -> None:
        """Send `data`; what the client has no room for follows when it has."""
        self._outgoing += data
        self._flush()

    def close(self) -> None:
        """Close the connection when everything has been sent."""
        self._closing = True
        self._flush()

    def _changed(self) -> None:
        self._flush()
        self.on_change()

    def _flush(self) -> None:
        endpoint = self._endpoint
        if self.client_closed or endpoint.closed:
            self._outgoing.clear()
        while self._outgoing and endpoint.room:
            del self._outgoing[: endpoint.send(memoryview(bytes(self._outgoing)))]
        if self._closing and not self._outgoing:
            endpoint.close()
        announce()


@dataclass(frozen=True, slots=True)
class Service:
    """What happens to those who connect.

    Attributes:
        accept: gets each connection once it stands; None means that connections are refused.
        refused: called for each attempt that is refused.
        delay: virtual nanoseconds until a connection stands or is refused.
        capacity: how many unread bytes the service's end takes before the client must wait.
    """

    accept: Callable[[Connection], None] | None
    refused: Callable[[], None] = lambda: None
    delay: int = 0
    capacity: int = DEFAULT_BUFFER

    def reach(self, endpoint: Endpoint, address: Address) -> None:
        """Begin to connect a client's end."""
        endpoint.pending = True
        scheduler = _scheduler.active()
        if self.delay and scheduler is not None:
            scheduler.call_later(self.delay, lambda: self._reached(endpoint, address))
        else:
            self._reached(endpoint, address)

    def _reached(self, endpoint: Endpoint, address: Address) -> None:
        endpoint.pending = False
        if endpoint.closed:
            return
        if self.accept is None:
            endpoint.refused = True
            self.refused()
        else:
            own = Endpoint(endpoint.family, self.capacity, name=address)
            endpoint.join(own)
            endpoint.connecting = True
            self.accept(Connection(own))
        announce()
