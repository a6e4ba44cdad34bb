"""The simulated socket: a stream socket whose other end is in the same process."""

from __future__ import annotations

import errno
import socket
import struct
import sys
from collections import deque
from typing import TYPE_CHECKING, Any, NoReturn, cast

from grader.simulation import _scheduler
from grader.simulation._errors import NotSimulatedError
from grader.simulation._leftover import Leftover
from grader.simulation.network import _network
from grader.simulation.network._endpoint import Address, Endpoint
from grader.simulation.network._names import check_known, checked, error, no_listener
from grader.simulation.network._waiting import ERR, HUP, IN, OUT, announce, deadline_after, left_until, look, wait_until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Self

    from _typeshed import ReadableBuffer, WriteableBuffer

    from grader.simulation._trace import Site
    from grader.simulation.network._services import Service

_real_socketpair = socket.socketpair
RealSocket = socket.socket

_STREAM_FAMILIES = (socket.AF_INET, socket.AF_INET6, socket.AF_UNIX)
_TYPE_FLAGS = getattr(socket, "SOCK_NONBLOCK", 0) | getattr(socket, "SOCK_CLOEXEC", 0)
_DONTWAIT = getattr(socket, "MSG_DONTWAIT", 0)
_NO_LINGERING = struct.pack("ii", 1, 0)


class _Kind(type):
    """The type of `SimulatedSocket`: where that stands for `socket.socket`, a real socket is an instance, too."""

    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, RealSocket) if cls is SimulatedSocket else type.__instancecheck__(cls, instance)


class SimulatedSocket(RealSocket, metaclass=_Kind):
    """Stands in for `socket.socket`.

    The real descriptor underneath carries nothing: it gives the socket a number that nothing else has. What is sent
    goes into the peer's inbox at once. A blocking call tries, and waits in virtual time while it can't.
    """

    def __new__(cls, family: int = -1, type: int = -1, proto: int = -1, fileno: int | None = None) -> Self:  # noqa: A002 - the real signature
        """Make a simulated socket, or a real one for a thread or of a descriptor that isn't simulated."""
        if cls is SimulatedSocket and (
            _scheduler.active() is None or (fileno is not None and fileno not in _network.current().detached)
        ):
            return cast("Self", RealSocket(family, type, proto, fileno))
        return super().__new__(cls)

    def __init__(self, family: int = -1, type: int = -1, proto: int = -1, fileno: int | None = None) -> None:  # noqa: A002, ARG002 - the real signature
        family = socket.AF_INET if family == -1 else family
        kind = socket.SOCK_STREAM if type == -1 else type
        net = _network.current()
        if fileno is not None:
            endpoint = net.detached[fileno]
        elif family in _STREAM_FAMILIES and kind & ~_TYPE_FLAGS == socket.SOCK_STREAM:
            endpoint = Endpoint(family, net.buffer)
        else:
            _refuse("socket.socket() of this family or type", "only stream sockets (TCP) are simulated")
        self._net = net
        self._endpoint = endpoint
        self._limit: float | None = socket.getdefaulttimeout()
        if kind & getattr(socket, "SOCK_NONBLOCK", 0):
            self._limit = 0.0
        self._options: dict[tuple[int, int], Any] = {}
        self._number = net.count()
        scheduler = _scheduler.active()
        self.made_at: Site | None = scheduler.trace.caller() if scheduler else None
        # The descriptor comes last: what is interrupted while it is made and has one can close itself.
        if fileno is None:
            super().__init__(socket.AF_UNIX, socket.SOCK_STREAM, 0)
        else:
            super().__init__(fileno=fileno)
            del net.detached[fileno]
        super().setblocking(False)  # noqa: FBT003 - the real signature
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
        return socket.AddressFamily(self._endpoint.family)

    @property
    def timeout(self) -> float | None:
        """The time-out in seconds."""
        return self._limit

    def events(self, mask: int) -> int:
        """Return those of the poll events in `mask` that are set, and errors, which nobody needs to ask for."""
        endpoint = self._endpoint
        events = (IN if mask & IN and endpoint.readable else 0) | (OUT if mask & OUT and endpoint.writable else 0)
        if endpoint.reset or endpoint.refused:
            events |= ERR | HUP
        elif endpoint.unconnected or (endpoint.ended and endpoint.write_shut):
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

    def setsockopt(self, level: int, option: int, value: Any, length: int = 0) -> None:  # noqa: ANN401, ARG002 - the real signature
        """Remember an option.

        SO_RCVBUF also sets how many unread bytes this socket takes; SO_LINGER with no time lets a close reset.
        """
        self._check_open()
        self._options[level, option] = value
        if (level, option) == (socket.SOL_SOCKET, socket.SO_RCVBUF):
            self._endpoint.capacity = int(value)
        if (level, option) == (socket.SOL_SOCKET, socket.SO_SNDBUF) and self._endpoint.peer is not None:
            self._endpoint.peer.capacity = int(value)

    def getsockopt(self, level: int, option: int, length: int = 0) -> Any:  # noqa: ANN401 - the real signature
        """Return an option; SO_ERROR tells how a non-blocking connect ended."""
        self._check_open()
        value = self._options.get((level, option), 0)
        if level == socket.SOL_SOCKET:
            if option == socket.SO_ERROR:
                value = self._take_error()
            elif option == socket.SO_TYPE:
                value = int(socket.SOCK_STREAM)
            elif option == socket.SO_RCVBUF:
                value = self._endpoint.capacity
            elif option == socket.SO_SNDBUF:
                value = self._endpoint.peer.capacity if self._endpoint.peer is not None else self._net.buffer
        if length and isinstance(value, int):
            return value.to_bytes(length, sys.byteorder)
        return value

    # Names and connections

    def bind(self, address: Address) -> None:
        """Take a local name."""
        self._check_open()
        if self._endpoint.bound:
            raise error(errno.EINVAL)
        self._endpoint.name_as(self._net.bind(checked(address, self._endpoint.family, "bind")))

    def listen(self, backlog: int = 128) -> None:  # noqa: ARG002 - the queue isn't limited
        """Accept connections from now on; the queue of waiting ones isn't limited."""
        self._check_open()
        if not self._endpoint.bound:
            self.bind(("", 0))
        if self._endpoint.backlog is None:
            self._endpoint.backlog = deque()
        self._net.listen(self._endpoint)

    def accept(self) -> tuple[SimulatedSocket, Address]:
        """Wait for a connection and return its socket and the peer's name."""
        self._check_open()
        endpoint = self._endpoint
        if endpoint.backlog is None:
            raise error(errno.EINVAL)
        self._wait(lambda: endpoint.readable, "accept")
        if not endpoint.backlog:
            # Shut down by another thread, as a way to end the wait.
            raise error(errno.EINVAL)
        accepted = SimulatedSocket(endpoint.family, socket.SOCK_STREAM)
        accepted._endpoint = endpoint.backlog.popleft()
        announce()
        return accepted, accepted._endpoint.peer_name

    def connect(self, address: Address) -> None:
        """Connect to a listening socket of the same simulation.

        In non-blocking mode the connection is made at once too, but announced as real ones are: by BlockingIOError,
        and then by becoming writable.
        """
        self._check_open()
        endpoint = self._endpoint
        if self._connected_since_last_time():
            return
        address = checked(address, endpoint.family, "connect")
        if endpoint.family != socket.AF_UNIX:
            check_known(address[0])
        listener, service = self._net.find(address), self._net.service_at(address)
        nobody = listener is None if service is None else service.accept is None
        scheduler = _scheduler.active()
        if scheduler is not None:
            scheduler.record("connect", scheduler.trace.caller(), socket=self._number, refused=nobody)
        announced = self._limit == 0.0 and endpoint.family != socket.AF_UNIX
        if service is not None:
            self._reach(service, address)
            return
        if listener is None or listener.backlog is None:
            if not announced:
                raise no_listener(address, endpoint.family)
            endpoint.refused = True
            raise error(errno.EINPROGRESS)
        if not endpoint.bound and endpoint.family != socket.AF_UNIX:
            endpoint.name_as(self._net.client_address(endpoint.family))
        other = Endpoint(endpoint.family, self._net.buffer, name=address)
        endpoint.join(other)
        listener.backlog.append(other)
        announce()
        if announced:
            endpoint.connecting = True
            raise error(errno.EINPROGRESS)

    def _reach(self, service: Service, address: Address) -> None:
        endpoint = self._endpoint
        if not endpoint.bound:
            endpoint.name_as(self._net.client_address(endpoint.family))
        service.reach(endpoint, address)
        if self._limit == 0.0:
            raise error(errno.EINPROGRESS)
        self._wait(lambda: not endpoint.pending, "connect")
        self._connected_since_last_time()

    def connect_ex(self, address: Address) -> int:
        """Connect, returning an error number instead of raising."""
        try:
            self.connect(address)
        except OSError as failure:
            if failure.errno is None or isinstance(failure, socket.gaierror):
                raise
            return failure.errno
        return 0

    def getsockname(self) -> Address:
        """Return the local name."""
        self._check_open()
        return self._endpoint.name

    def getpeername(self) -> Address:
        """Return the peer's name."""
        if self._endpoint.pending:
            raise error(errno.ENOTCONN)
        return self._connected().peer_name

    # Data

    def recv(self, size: int, flags: int = 0, /) -> bytes:
        """Receive up to `size` bytes; nothing means the end of the stream."""
        if size < 0:
            msg = "negative buffersize in recv"
            raise ValueError(msg)
        endpoint = self._connected(flags=flags)
        enough = size if flags & socket.MSG_WAITALL else 0
        self._wait(lambda: endpoint.readable and (len(endpoint.inbox) >= enough or endpoint.over), "recv", flags=flags)
        if not endpoint.inbox and endpoint.reset:
            endpoint.reset = False
            endpoint.ended = True
            raise error(errno.ECONNRESET)
        data = bytes(endpoint.inbox[:size])
        if not data:
            # Nothing more can come: who reads on all the same is busy waiting.
            _scheduler.look()
        elif not flags & socket.MSG_PEEK:
            del endpoint.inbox[:size]
            self._announce()
        return data

    def recv_into(self, buffer: WriteableBuffer, nbytes: int = 0, flags: int = 0) -> int:
        """Receive into `buffer`; returns the number of bytes."""
        view = memoryview(buffer).cast("B")
        if nbytes > len(view):
            msg = "buffer too small for requested bytes"
            raise ValueError(msg)
        data = self.recv(nbytes or len(view), flags)
        view[: len(data)] = data
        return len(data)

    def recvfrom(self, size: int, flags: int = 0, /) -> tuple[bytes, Address]:
        """Receive, with the sender's name, which for a stream is None."""
        return self.recv(size, flags), None

    def recvfrom_into(self, buffer: WriteableBuffer, nbytes: int = 0, flags: int = 0) -> tuple[int, Address]:
        """Receive into `buffer`, with the sender's name, which for a stream is None."""
        return self.recv_into(buffer, nbytes, flags), None

    def recvmsg(self, size: int, ancillary: int = 0, flags: int = 0, /) -> tuple[bytes, list[Any], int, Address]:  # noqa: ARG002 - the real signature
        """Receive; there is never ancillary data."""
        return self.recv(size, flags), [], 0, None

    def recvmsg_into(self, *args: Any) -> NoReturn:  # noqa: ANN401, ARG002 - the real signature
        """Refuse."""
        _refuse("socket.recvmsg_into()", "use recv_into()")

    def send(self, data: ReadableBuffer, flags: int = 0, /) -> int:
        """Send as much of `data` as the connection has room for; returns how much that was.

        In blocking mode it waits until there has been room for all, as the kernel does.
        """
        self._check_open()
        endpoint = self._endpoint
        if endpoint.unconnected and endpoint.family != socket.AF_UNIX and not endpoint.refused:
            raise error(errno.EPIPE)
        self._connected(flags=flags)
        # Released at once: whoever handles an error may want to change the buffer that the bytes are in.
        with memoryview(data) as whole, whole.cast("B") as view:
            sent = 0
            while sent < len(view):
                self._wait(lambda: endpoint.room > 0, "send", flags=flags)
                if sent and endpoint.reset:
                    # The next call will say so.
                    break
                with view[sent:] as rest:
                    sent += endpoint.send(rest)
                self._announce()
                if self._limit is not None or flags & _DONTWAIT:
                    break
            return sent

    def sendall(self, data: ReadableBuffer, flags: int = 0, /) -> None:
        """Send all of `data`, waiting for room as often as needed, but not longer than the time-out in total."""
        limit, deadline = self._limit, deadline_after(self._limit)
        try:
            with memoryview(data) as whole, whole.cast("B") as view:
                sent = 0
                while sent < len(view):
                    with view[sent:] as rest:
                        sent += self.send(rest, flags)
                    if limit and deadline is not None and sent < len(view):
                        self._limit = left_until(deadline)
        finally:
            self._limit = limit

    def sendto(self, data: ReadableBuffer, *args: Any) -> int:  # noqa: ANN401 - the real signature
        """Send; a connected stream socket takes no notice of an address."""
        return self.send(data, args[0] if len(args) > 1 else 0)

    def sendmsg(self, buffers: Iterable[ReadableBuffer], *args: Any) -> int:  # noqa: ANN401 - the real signature
        """Send several buffers as one; ancillary data isn't simulated."""
        if any(args):
            _refuse("socket.sendmsg() with ancillary data", "send plain bytes")
        return self.send(b"".join(bytes(memoryview(part)) for part in buffers))

    def sendfile(self, file: Any, offset: int = 0, count: int | None = None) -> int:  # noqa: ANN401 - a file
        """Send a file; returns the number of bytes."""
        sent: int = vars(RealSocket)["_sendfile_use_send"](self, file, offset, count)
        return sent

    def shutdown(self, how: int) -> None:
        """Shut down reading, writing or both; a listening socket stops to accept."""
        self._check_open()
        endpoint = self._endpoint
        if endpoint.pending:
            raise error(errno.ENOTCONN)
        if endpoint.backlog is None:
            self._connected()
        if how in {socket.SHUT_RD, socket.SHUT_RDWR}:
            endpoint.read_shut = True
        if how in {socket.SHUT_WR, socket.SHUT_RDWR}:
            endpoint.write_shut = True
            if endpoint.peer is not None:
                endpoint.peer.ended = True
        self._announce()

    # The end

    def _real_close(self, *args: Any) -> None:  # noqa: ANN401 - passed on to the real class
        if self.fileno() >= 0:
            self._net.sockets.pop(self.fileno(), None)
        self._endpoint.close(abort=self._options.get((socket.SOL_SOCKET, socket.SO_LINGER)) == _NO_LINGERING)
        self._net.release(self._endpoint)
        super()._real_close(*args)  # type: ignore[misc]
        self._announce()

    def detach(self) -> int:
        """Give the descriptor away; `socket.socket(fileno=…)` makes a socket of it again."""
        descriptor = super().detach()
        self._net.sockets.pop(descriptor, None)
        self._net.detached[descriptor] = self._endpoint
        return descriptor

    def dup(self) -> NoReturn:
        """Refuse: a simulated socket has one owner."""
        _refuse("socket.dup()", "pass the socket itself")

    def forget(self) -> None:
        """Close the real descriptor after the simulation has ended, without a warning."""
        RealSocket._real_close(self)  # type: ignore[attr-defined]

    def leftover(self, detail: str = "open") -> Leftover | None:
        """Describe the socket as left behind, or return None if the program didn't make it itself."""
        if self.made_at is None:
            return None
        name = self.getsockname() if self._endpoint.peer is None else self.getpeername()
        return Leftover("socket", str(name), detail, self.made_at.line)

    def __del__(self) -> None:
        if self.fileno() >= 0:
            found = self.leftover("dropped")
            if found is not None and _network.current_or_none() is self._net:
                self._net.abandoned.append(found)
            self._io_refs = 0
            self.close()

    # Inside

    def _check_open(self) -> None:
        if self.fileno() < 0:
            raise error(errno.EBADF)

    def _announce(self) -> None:
        self._endpoint.tell_peer()
        announce()

    def _connected(self, *, flags: int = 0) -> Endpoint:
        self._check_open()
        endpoint = self._endpoint
        if endpoint.pending:
            self._wait(lambda: not endpoint.pending, "connect", flags=flags)
        endpoint.connecting = False
        if endpoint.refused:
            endpoint.refused = False
            raise error(errno.ECONNREFUSED)
        if endpoint.peer is None:
            raise error(errno.ENOTCONN)
        return endpoint

    def _connected_since_last_time(self) -> bool:
        """Tell whether an earlier non-blocking connect has succeeded, if nobody has been told yet."""
        endpoint = self._endpoint
        if endpoint.pending:
            look()
            raise error(errno.EALREADY)
        if endpoint.connecting:
            endpoint.connecting = False
            return True
        if endpoint.refused:
            look()
            endpoint.refused = False
            raise error(errno.ECONNREFUSED)
        if endpoint.peer is not None:
            raise error(errno.EISCONN)
        return False

    def _take_error(self) -> int:
        endpoint = self._endpoint
        endpoint.connecting = False
        if endpoint.refused:
            endpoint.refused = False
            return errno.ECONNREFUSED
        if endpoint.reset:
            endpoint.reset = False
            endpoint.ended = True
            return errno.ECONNRESET
        return 0

    def _wait(self, ready: Callable[[], bool], detail: str, *, flags: int = 0) -> None:
        if ready():
            return
        if self._limit == 0.0 or flags & _DONTWAIT:
            look()
            raise error(errno.EAGAIN)
        if not wait_until(ready, deadline_after(self._limit), detail):
            msg = "timed out"
            raise TimeoutError(msg)


SimulatedSocket.__name__ = "socket"


def socketpair(
    family: int | None = None,
    type: int = socket.SOCK_STREAM,  # noqa: A002 - the real signature
    proto: int = 0,
) -> tuple[socket.socket, socket.socket]:
    """Stand in for `socket.socketpair`.

    The descriptors underneath are a real pair, so that what is detached (as `multiprocessing.Pipe` does) works.
    """
    if _scheduler.active() is None:
        return _real_socketpair(family, type, proto)
    net = _network.current()
    if type & ~_TYPE_FLAGS != socket.SOCK_STREAM:
        _refuse("socket.socketpair() of this type", "only stream sockets are simulated")
    descriptors = [real.detach() for real in _real_socketpair(socket.AF_UNIX, socket.SOCK_STREAM)]
    ends = [Endpoint(socket.AF_UNIX, net.buffer, name="") for _ in descriptors]
    ends[0].join(ends[1])
    net.detached.update(zip(descriptors, ends, strict=True))
    first, second = (SimulatedSocket(socket.AF_UNIX, type, proto, fileno) for fileno in descriptors)
    return first, second


def _refuse(call: str, remedy: str) -> NoReturn:
    scheduler = _scheduler.active()
    if scheduler is not None:
        scheduler.record("refused", scheduler.trace.site(sys._getframe(1)), call=call)
    msg = f"{call} is not simulated: {remedy}"
    raise NotSimulatedError(msg)
