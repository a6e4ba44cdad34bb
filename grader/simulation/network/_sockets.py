"""The simulated socket: a stream socket whose other end is in the same process."""

from __future__ import annotations

import errno
import os
import socket
import sys
from collections import deque
from typing import TYPE_CHECKING, Any, NoReturn

from grader.simulation import _scheduler
from grader.simulation._errors import NotSimulatedError
from grader.simulation._trace import Site
from grader.simulation.network import _network
from grader.simulation.network._endpoint import Address, Endpoint
from grader.simulation.network._waiting import ERR, HUP, IN, OUT, deadline_after, wait_until

if TYPE_CHECKING:
    from collections.abc import Buffer, Callable, Iterable

    from grader.simulation._leftover import Leftover

_real_socketpair = socket.socketpair
RealSocket = socket.socket

_STREAM_FAMILIES = (socket.AF_INET, socket.AF_INET6, socket.AF_UNIX)


class SimulatedSocket(RealSocket):
    """Stands in for `socket.socket`.

    The real descriptor underneath carries nothing: it gives the socket a number that nothing else has. What is sent
    goes into the peer's inbox at once. A blocking call tries, and waits in virtual time while it can't.
    """

    def __init__(self, family: int = -1, type: int = -1, proto: int = -1, fileno: int | None = None) -> None:  # noqa: A002 - the real signature
        family = socket.AF_INET if family == -1 else family
        kind = socket.SOCK_STREAM if type == -1 else type & ~getattr(socket, "SOCK_NONBLOCK", 0)
        kind &= ~getattr(socket, "SOCK_CLOEXEC", 0)
        if fileno is None and (family not in _STREAM_FAMILIES or kind != socket.SOCK_STREAM):
            _refuse("socket.socket() of this family or type", "only stream sockets (TCP) are simulated")
        if fileno is None:
            super().__init__(socket.AF_UNIX, socket.SOCK_STREAM, 0)
        else:
            super().__init__(fileno=fileno)
        self._family = socket.AddressFamily(family)
        self._limit: float | None = socket.getdefaulttimeout()
        super().setblocking(False)
        net = _network.current()
        self._net = net
        self._endpoint = Endpoint(local=family == socket.AF_UNIX, capacity=net.buffer)
        self._options: dict[tuple[int, int], Any] = {}
        self._number = net.count()
        scheduler = _scheduler.active()
        self.made_at: Site | None = scheduler.trace.caller() if scheduler and scheduler.trace.enabled else None
        net.sockets[self.fileno()] = self

    # Identity

    def __hash__(self) -> int:
        return self._number

    __eq__ = object.__eq__

    def __repr__(self) -> str:
        return f"<simulated socket {self._number}, {self._endpoint.name} to {self._endpoint.peer_name}>"

    @property
    def family(self) -> socket.AddressFamily:
        """The address family that the program asked for."""
        return self._family

    @property
    def timeout(self) -> float | None:
        """The time-out in seconds."""
        return self._limit

    def events(self) -> int:
        """Return the poll events that are set."""
        endpoint = self._endpoint
        events = (IN if endpoint.readable else 0) | (OUT if endpoint.writable else 0)
        if endpoint.reset or endpoint.refused:
            events |= ERR | HUP
        elif endpoint.broken or (endpoint.ended and endpoint.write_shut):
            events |= HUP
        return events

    # Options

    def setblocking(self, flag: bool) -> None:  # noqa: FBT001 - the real signature
        """Set blocking or non-blocking mode."""
        self._limit = None if flag else 0.0

    def getblocking(self) -> bool:
        """Tell whether the socket is in blocking mode."""
        return self._limit != 0.0

    def settimeout(self, value: float | None) -> None:
        """Set the time-out in seconds: None for none, 0 for non-blocking mode."""
        if value is not None and value < 0:
            msg = "Timeout value out of range"
            raise ValueError(msg)
        self._limit = None if value is None else float(value)

    def gettimeout(self) -> float | None:
        """Return the time-out in seconds."""
        return self._limit

    def setsockopt(self, level: int, option: int, value: Any, length: int = 0) -> None:  # type: ignore[override]  # noqa: ANN401, ARG002 - the real signature
        """Remember an option; SO_RCVBUF also sets how many unread bytes this socket takes."""
        self._options[level, option] = value
        if (level, option) == (socket.SOL_SOCKET, socket.SO_RCVBUF):
            self._endpoint.capacity = int(value)
        if (level, option) == (socket.SOL_SOCKET, socket.SO_SNDBUF) and self._endpoint.peer is not None:
            self._endpoint.peer.capacity = int(value)

    def getsockopt(self, level: int, option: int, length: int = 0) -> Any:  # type: ignore[override]  # noqa: ANN401, ARG002 - the real signature
        """Return an option; SO_ERROR tells how a non-blocking connect ended."""
        if (level, option) == (socket.SOL_SOCKET, socket.SO_ERROR):
            if self._endpoint.refused:
                self._endpoint.refused = False
                return errno.ECONNREFUSED
            return errno.ECONNRESET if self._endpoint.reset else 0
        if (level, option) == (socket.SOL_SOCKET, socket.SO_TYPE):
            return int(socket.SOCK_STREAM)
        return self._options.get((level, option), 0)

    # Names and connections

    def bind(self, address: Address) -> None:
        """Take a local name."""
        self._check_open()
        self._endpoint.name = self._net.bind(address)

    def listen(self, backlog: int = 128) -> None:  # noqa: ARG002 - the queue isn't limited
        """Accept connections from now on; the queue of waiting ones isn't limited."""
        self._check_open()
        if self._endpoint.name == Endpoint(local=False, capacity=0).name:
            self.bind(("127.0.0.1", 0))
        if self._endpoint.backlog is None:
            self._endpoint.backlog = deque()
        self._net.listen(self._endpoint)

    def accept(self) -> tuple[SimulatedSocket, Address]:
        """Wait for a connection and return its socket and the peer's name."""
        self._check_open()
        backlog = self._endpoint.backlog
        if backlog is None:
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        self._wait(lambda: bool(backlog) or self._endpoint.closed, "accept", lambda: bool(backlog))
        endpoint = backlog.popleft()
        accepted = SimulatedSocket(self._family, socket.SOCK_STREAM)
        accepted._endpoint = endpoint
        return accepted, endpoint.peer_name

    def connect(self, address: Address) -> None:
        """Connect to a listening socket of the same simulation.

        In non-blocking mode the connection is made at once too, but announced as real ones are: by BlockingIOError,
        and then by becoming writable.
        """
        self._check_open()
        if self._endpoint.peer is not None:
            raise OSError(errno.EISCONN, os.strerror(errno.EISCONN))
        if isinstance(address, tuple) and not self._net.knows(address[0]):
            _unknown_host(address[0])
        listener = self._net.find(address)
        scheduler = _scheduler.active()
        if scheduler is not None:
            scheduler.record("connect", scheduler.trace.caller(), socket=self._number, refused=listener is None)
        if listener is None or listener.backlog is None:
            if self._limit == 0.0:
                self._endpoint.refused = True
                raise BlockingIOError(errno.EINPROGRESS, os.strerror(errno.EINPROGRESS))
            raise ConnectionRefusedError(errno.ECONNREFUSED, os.strerror(errno.ECONNREFUSED))
        if self._endpoint.name == Endpoint(local=False, capacity=0).name and isinstance(address, tuple):
            self._endpoint.name = self._net.client_address()
        other = Endpoint(local=self._endpoint.local, capacity=self._net.buffer, name=listener.name)
        self._endpoint.join(other)
        listener.backlog.append(other)
        if self._limit == 0.0:
            raise BlockingIOError(errno.EINPROGRESS, os.strerror(errno.EINPROGRESS))

    def connect_ex(self, address: Address) -> int:
        """Connect, returning an error number instead of raising."""
        try:
            self.connect(address)
        except OSError as error:
            if error.errno is None:
                raise
            return error.errno
        return 0

    def getsockname(self) -> Address:
        """Return the local name."""
        self._check_open()
        return self._endpoint.name

    def getpeername(self) -> Address:
        """Return the peer's name."""
        self._connected()
        return self._endpoint.peer_name

    # Data

    def recv(self, size: int, flags: int = 0, /) -> bytes:
        """Receive up to `size` bytes; nothing means the end of the stream."""
        if size < 0:
            msg = "negative buffersize in recv"
            raise ValueError(msg)
        endpoint = self._connected()
        self._wait(lambda: endpoint.readable, "recv")
        if not endpoint.inbox:
            if endpoint.reset:
                endpoint.reset = False
                endpoint.ended = True
                raise ConnectionResetError(errno.ECONNRESET, os.strerror(errno.ECONNRESET))
            return b""
        data = bytes(endpoint.inbox[:size])
        if not flags & socket.MSG_PEEK:
            del endpoint.inbox[:size]
        return data

    def recv_into(self, buffer: Buffer, nbytes: int = 0, flags: int = 0) -> int:
        """Receive into `buffer`; returns the number of bytes."""
        view = memoryview(buffer).cast("B")
        data = self.recv(nbytes or len(view), flags)
        view[: len(data)] = data
        return len(data)

    def recvfrom(self, size: int, flags: int = 0, /) -> tuple[bytes, Address]:
        """Receive, with the sender's name, which for a stream is None."""
        return self.recv(size, flags), None

    def send(self, data: Buffer, flags: int = 0, /) -> int:  # noqa: ARG002 - the real signature
        """Send as much of `data` as the connection has room for; returns how much that was."""
        endpoint = self._connected()
        view = memoryview(data).cast("B")
        self._wait(lambda: endpoint.room > 0, "send")
        peer = endpoint.peer
        assert peer is not None
        if endpoint.write_shut or endpoint.reset or (peer.closed and peer.local):
            endpoint.reset = False
            raise BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE))
        if peer.closed:
            # The first write after the peer's close succeeds and is answered by a reset, as with TCP.
            endpoint.reset = True
            return len(view)
        taken = bytes(view[: endpoint.room])
        peer.inbox += taken
        return len(taken)

    def sendall(self, data: Buffer, flags: int = 0, /) -> None:
        """Send all of `data`, waiting for room as often as needed."""
        rest = memoryview(data).cast("B")
        limit, deadline = self._limit, deadline_after(self._limit)
        try:
            while rest:
                if limit and deadline is not None:
                    self._limit = _left(deadline)
                rest = rest[self.send(rest, flags) :]
        finally:
            self._limit = limit

    def sendmsg(self, buffers: Iterable[Buffer], *args: Any) -> int:  # type: ignore[override]  # noqa: ANN401 - the real signature
        """Send several buffers as one; ancillary data isn't simulated."""
        if any(args):
            _refuse("socket.sendmsg() with ancillary data", "send plain bytes")
        return self.send(b"".join(bytes(memoryview(part)) for part in buffers))

    def shutdown(self, how: int) -> None:
        """Shut down reading, writing or both."""
        endpoint = self._connected()
        if how in (socket.SHUT_RD, socket.SHUT_RDWR):
            endpoint.read_shut = True
        if how in (socket.SHUT_WR, socket.SHUT_RDWR):
            endpoint.write_shut = True
            assert endpoint.peer is not None
            endpoint.peer.ended = True

    # The end

    def _real_close(self, *args: Any) -> None:  # noqa: ANN401 - passed on to the real class
        if self.fileno() >= 0:
            self._net.sockets.pop(self.fileno(), None)
        self._endpoint.close()
        self._net.release(self._endpoint)
        super()._real_close(*args)  # type: ignore[misc]

    def detach(self) -> int:
        """Give the descriptor away, which from now on isn't simulated."""
        self._net.sockets.pop(self.fileno(), None)
        return super().detach()

    def dup(self) -> NoReturn:
        """Refuse: a simulated socket has one owner."""
        _refuse("socket.dup()", "pass the socket itself")

    def forget(self) -> None:
        """Close the real descriptor after the simulation has ended, without a warning."""
        RealSocket.close(self)

    def leftover(self) -> Leftover | None:
        """Describe the socket as left behind, or return None if the program didn't make it itself."""
        from grader.simulation._leftover import Leftover

        if self.made_at is None:
            return None
        return Leftover("socket", str(self._endpoint.peer_name or self._endpoint.name), "open", self.made_at.line)

    def __del__(self) -> None:
        if self.fileno() >= 0:
            found = self.leftover()
            if found is not None and _network.current_or_none() is self._net:
                self._net.abandoned.append(found)
            self._io_refs = 0
            self.close()

    # Inside

    def _check_open(self) -> None:
        if self.fileno() < 0:
            raise OSError(errno.EBADF, os.strerror(errno.EBADF))

    def _connected(self) -> Endpoint:
        self._check_open()
        if self._endpoint.refused:
            self._endpoint.refused = False
            raise ConnectionRefusedError(errno.ECONNREFUSED, os.strerror(errno.ECONNREFUSED))
        if self._endpoint.peer is None:
            raise OSError(errno.ENOTCONN, os.strerror(errno.ENOTCONN))
        return self._endpoint

    def _wait(self, ready: Callable[[], bool], detail: str, possible: Callable[[], bool] | None = None) -> None:
        if not ready():
            if self._limit == 0.0:
                raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))
            if not wait_until(ready, deadline_after(self._limit), detail):
                msg = "timed out"
                raise TimeoutError(msg)
        if possible is not None and not possible():
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))


def socketpair(
    family: int | None = None, type: int = socket.SOCK_STREAM, proto: int = 0  # noqa: A002 - the real signature
) -> tuple[SimulatedSocket, SimulatedSocket]:
    """Stand in for `socket.socketpair`.

    The descriptors underneath are a real pair, so that what is detached (as `multiprocessing.Pipe` does) works.
    """
    family = socket.AF_UNIX if family is None else family
    ends = []
    for real in _real_socketpair(family, type, proto):
        made = SimulatedSocket(family, type, proto, fileno=real.detach())
        made._endpoint.name = ""
        ends.append(made)
    first, second = ends
    first._endpoint.join(second._endpoint)
    return first, second


def getaddrinfo(
    host: str | bytes | None, port: str | int | None, family: int = 0, type: int = 0, proto: int = 0, flags: int = 0  # noqa: A002, ARG001 - the real signature
) -> list[tuple[socket.AddressFamily, socket.SocketKind, int, str, tuple[str, int]]]:
    """Stand in for `socket.getaddrinfo`: knows the loopback, numeric addresses and hosts that somebody listens on.

    Raises:
        UnknownHostError: any other name; no real look-up is made.
    """
    name = "localhost" if host is None else host.decode() if isinstance(host, bytes) else host
    if not _network.current().knows(name):
        _unknown_host(name)
    number = socket.getservbyname(port) if isinstance(port, str) and not port.isdigit() else int(port or 0)
    address = ("127.0.0.1" if name in ("localhost", "") else name, number)
    return [(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", address)]


def gethostbyname(host: str) -> str:
    """Stand in for `socket.gethostbyname`."""
    return getaddrinfo(host, 0)[0][4][0]


def _unknown_host(name: str) -> NoReturn:
    scheduler = _scheduler.active()
    if scheduler is not None:
        scheduler.record("refused", scheduler.trace.caller(), call=f"look-up of the host {name!r}")
    msg = f"the simulated network has no host {name!r}; no real look-up is made. Listen on it first, or mock the request"
    raise _network.UnknownHostError(socket.EAI_NONAME, msg)


def _refuse(call: str, remedy: str) -> NoReturn:
    scheduler = _scheduler.active()
    if scheduler is not None:
        scheduler.record("refused", scheduler.trace.site(sys._getframe(1)), call=call)
    msg = f"{call} is not simulated: {remedy}"
    raise NotSimulatedError(msg)


def _left(deadline: int) -> float:
    scheduler = _scheduler.active()
    assert scheduler is not None
    rest = deadline - scheduler.now
    if rest <= 0:
        msg = "timed out"
        raise TimeoutError(msg)
    return rest / 1_000_000_000
