"""One end of a simulated connection: the bytes that have arrived, and how the connection has ended."""

from __future__ import annotations

import errno
import os
import socket
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections import deque
    from collections.abc import Callable

Address = Any
"""What `socket` calls an address: ``(host, port)``, or a path for AF_UNIX."""

_UNBOUND: dict[int, Address] = {
    socket.AF_UNIX: "",
    socket.AF_INET: ("0.0.0.0", 0),  # noqa: S104 - what an unbound socket reports
    socket.AF_INET6: ("::", 0, 0, 0),
}


@dataclass(eq=False, slots=True)
class Endpoint:
    """The state of one socket; the peers of a connection know each other's.

    Attributes:
        family: its address family.
        bound: whether it has a name of its own, or has been given one.
        name: what it is called.
        inbox: bytes that have arrived and have not been read.
        capacity: how many unread bytes this end takes before its peer must wait.
        peer: the other end, once connected.
        ended: the peer will send nothing more (it has closed, or shut down writing).
        reset: the peer has closed without reading everything or to abort, or was written to after it had closed.
        backlog: connections that wait to be accepted; None unless listening.
        connecting: a non-blocking connect has been announced and not yet been confirmed.
        refused: a connection attempt failed, and nobody has been told yet.
        pending: a connection attempt is under way.
        watcher: called whenever the peer has sent, read, shut down or closed; set by a `Connection`.
    """

    family: int
    capacity: int
    name: Address = None
    bound: bool = False
    inbox: bytearray = field(default_factory=bytearray)
    peer: Endpoint | None = None
    peer_name: Address = None
    ended: bool = False
    reset: bool = False
    closed: bool = False
    read_shut: bool = False
    write_shut: bool = False
    backlog: deque[Endpoint] | None = None
    connecting: bool = False
    refused: bool = False
    pending: bool = False
    watcher: Callable[[], None] | None = None

    def __post_init__(self) -> None:
        if self.name is None:
            self.name = _UNBOUND[self.family]
        else:
            self.bound = True

    def name_as(self, name: Address) -> None:
        """Give it a name."""
        self.name = name
        self.bound = True

    @property
    def readable(self) -> bool:
        """Whether a read, or an accept, would not block."""
        if self.backlog is not None:
            return bool(self.backlog) or self.read_shut
        if self.peer is None:
            # An unconnected stream socket reports a hang-up, which select shows as readable.
            return not self.pending
        return bool(self.inbox) or self.over

    @property
    def over(self) -> bool:
        """Whether nothing more will arrive."""
        return self.ended or self.reset or self.read_shut

    @property
    def writable(self) -> bool:
        """Whether a write would not block."""
        if self.backlog is not None:
            return False
        if self.peer is None:
            return not self.pending
        return self.room > 0

    @property
    def unconnected(self) -> bool:
        """Whether it neither listens, nor has ever been connected, nor is about to be."""
        return self.peer is None and self.backlog is None and not self.pending

    @property
    def room(self) -> int:
        """How many bytes a write would take now."""
        peer = self.peer
        if peer is None:
            return 0
        if peer.closed or self.reset or self.write_shut:
            return peer.capacity
        return max(0, peer.capacity - len(peer.inbox))

    def join(self, other: Endpoint) -> None:
        """Connect the two ends."""
        self.peer, other.peer = other, self
        self.peer_name, other.peer_name = other.name, self.name

    def send(self, data: memoryview) -> int:
        """Put as much of `data` into the peer's inbox as it has room for; returns how much that was.

        Raises:
            BrokenPipeError: this end has shut down writing, or knows that the peer has closed.
        """
        peer = self.peer
        local = self.family == socket.AF_UNIX
        if peer is None or self.write_shut or self.reset or (peer.closed and local):
            # And from now on always: what has been reset takes nothing any more.
            self.reset, self.write_shut = False, True
            raise BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE))
        if peer.closed:
            # The first write after the peer's close succeeds and is answered by a reset, as with TCP.
            self.reset = True
            return len(data)
        taken = bytes(data[: self.room])
        peer.inbox += taken
        return len(taken)

    def tell_peer(self) -> None:
        """Let the peer know that something has changed, if it watches."""
        if self.peer is not None and self.peer.watcher is not None:
            self.peer.watcher()

    def close(self, *, abort: bool = False) -> None:
        """Close this end: the peer sees the end of the stream, or a reset, to `abort` or if bytes are left unread."""
        if self.closed:
            return
        self.closed = True
        for waiting in self.backlog or ():
            if waiting.peer is not None:
                waiting.peer.reset = True
        peer = self.peer
        if peer is not None and not peer.closed:
            peer.ended = True
            if (self.inbox or abort) and self.family != socket.AF_UNIX:
                peer.reset = True
