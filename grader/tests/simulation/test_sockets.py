"""Tests of sockets."""

# mypy: disable-error-code="func-returns-value"
# A lambda does several things by way of a tuple.

from __future__ import annotations

import errno
import socket
import struct
import threading
import time
from contextlib import closing
from typing import Any

import pytest

from grader.simulation import NotSimulatedError, simulate
from grader.simulation.network import DEFAULT_BUFFER, current
from grader.tests.simulation.bench import SECOND, events, in_threads, line_of, seconds, value, watched

ADDRESS = ("localhost", 8000)


def pair() -> tuple[socket.socket, socket.socket]:
    """Connect two TCP sockets: the client's and the server's."""
    with closing(socket.create_server(("", 0))) as server:
        client = socket.create_connection(("localhost", server.getsockname()[1]))
        accepted, _ = server.accept()
    return client, accepted


def test_a_client_and_a_blocking_server() -> None:
    """A request that takes a second to serve takes a second, and closing ends the stream."""

    def talk() -> list[object]:
        seen: list[object] = []

        def serve() -> None:
            with socket.create_server(ADDRESS) as server:
                connection, address = server.accept()
                with connection:
                    seen.append(address == client_name[0])
                    while data := connection.recv(1024):
                        time.sleep(1)
                        connection.sendall(data.upper())

        client_name: list[Any] = []
        thread = threading.Thread(target=serve)
        thread.start()
        time.sleep(1)
        with socket.create_connection(ADDRESS) as client:
            client_name.append(client.getsockname())
            for word in (b"one", b"two"):
                client.sendall(word)
                seen.append(client.recv(1024))
        thread.join()
        return [*seen, time.monotonic()]

    run = simulate(talk)
    assert run.value == [True, b"ONE", b"TWO", 1003.0]
    assert run.leftovers == ()


def test_clients_of_a_blocking_server_wait_for_one_another() -> None:
    """A server that serves one connection after another keeps the others waiting, in the order of connecting."""

    def talk() -> list[object]:
        seen: list[object] = []
        server = socket.create_server(ADDRESS)

        def client(number: int) -> None:
            with socket.create_connection(ADDRESS) as connection:
                time.sleep(number)
                connection.sendall(b"x")
                seen.append((number, connection.recv(1), time.monotonic() - 1000))

        def serve() -> None:
            for _ in range(3):
                connection, _ = server.accept()
                with connection:
                    connection.sendall(connection.recv(1))

        in_threads(serve, *[lambda number=number: client(number) for number in (3, 1, 2)])
        server.close()
        return seen

    assert value(talk) == [(3, b"x", 3.0), (1, b"x", 3.0), (2, b"x", 3.0)]


@pytest.mark.parametrize("call", ["accept", "recv", "send", "recv_into", "makefile"])
def test_time_outs(call: str) -> None:
    """A blocking call with a time-out raises `TimeoutError` after exactly so long, and the socket stays usable."""

    def wait() -> float:
        client, accepted = pair()
        server = socket.create_server(ADDRESS)
        calls: dict[str, Any] = {
            "accept": (server, server.accept),
            "recv": (client, lambda: client.recv(1)),
            "send": (client, lambda: client.sendall(bytes(2 * DEFAULT_BUFFER))),
            "recv_into": (client, lambda: client.recv_into(bytearray(5))),
            "makefile": (client, lambda: client.makefile("rb").readline()),
        }
        used, function = calls[call]
        used.settimeout(2.5)
        with pytest.raises(TimeoutError, match="timed out"):
            function()
        elapsed = time.monotonic() - 1000
        assert used.gettimeout() == used.timeout == 2.5
        accepted.sendall(b"late")
        client.settimeout(None)
        assert client.recv(4) == b"late"
        for opened in (client, accepted, server):
            opened.close()
        return elapsed

    assert value(wait) == 2.5


@pytest.mark.parametrize("call", ["send", "sendall"])
def test_sending_more_than_there_is_room_for_waits_for_the_reader(call: str) -> None:
    """`sendall` waits until the peer has read enough, and so does a blocking `send`; otherwise it says what it took."""

    def talk() -> list[object]:
        client, accepted = pair()
        size = 3 * DEFAULT_BUFFER
        received = 0

        def read_slowly() -> None:
            nonlocal received
            while received < size:
                time.sleep(1)
                received += len(accepted.recv(DEFAULT_BUFFER))

        thread = threading.Thread(target=read_slowly)
        thread.start()
        sent = getattr(client, call)(bytes(size))
        moment = time.monotonic()
        thread.join()
        client.settimeout(1)
        taken = client.send(bytes(size))
        client.close()
        accepted.close()
        return [sent, moment, received, taken]

    everything = 3 * DEFAULT_BUFFER
    assert value(talk) == [everything if call == "send" else None, 1002.0, everything, DEFAULT_BUFFER]


def test_a_send_that_is_cut_off_says_how_much_it_took() -> None:
    """A blocking `send` whose peer is reset meanwhile returns what had been taken before; the next one breaks."""

    def talk() -> int:
        client, accepted = pair()
        threading.Timer(1, accepted.close).start()
        taken = client.send(bytes(3 * DEFAULT_BUFFER))
        with pytest.raises(BrokenPipeError):
            client.send(b"more")
        client.close()
        return taken

    assert value(talk) == DEFAULT_BUFFER


@pytest.mark.parametrize("how", ["option", "network"])
def test_the_buffer_can_be_made_small(how: str) -> None:
    """Partial sends can be had by SO_RCVBUF, or for all sockets of a simulation."""

    def talk() -> list[object]:
        if how == "network":
            current().buffer = 5
        client, accepted = pair()
        if how == "option":
            accepted.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 5)
        client.setblocking(False)
        seen: list[object] = [client.send(b"hello world")]
        with pytest.raises(BlockingIOError):
            client.send(b" world")
        seen += [accepted.recv(3), client.send(b" world"), accepted.recv(9)]
        seen.append(accepted.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF))
        client.close()
        accepted.close()
        return seen

    assert value(talk) == [5, b"hel", 3, b"lo wo", 5]


def test_non_blocking_sockets() -> None:
    """Nothing to accept, to read, or no room to write: `BlockingIOError` with EAGAIN, at once."""

    def talk() -> list[object]:
        client, accepted = pair()
        server = socket.create_server(ADDRESS)
        for used in (client, accepted, server):
            used.setblocking(False)
        seen: list[object] = [client.getblocking(), client.gettimeout()]
        client.sendall(b"x" * DEFAULT_BUFFER)
        for call in (server.accept, lambda: client.recv(1), lambda: client.send(b"x")):
            with pytest.raises(BlockingIOError) as caught:
                call()
            seen.append(caught.value.errno)
        for used in (client, accepted, server):
            used.close()
        return [*seen, time.monotonic()]

    assert value(talk) == [False, 0.0, *[errno.EAGAIN] * 3, 1000.0]


def test_busy_waiting_on_a_non_blocking_socket_ends() -> None:
    """A loop that tries again at once sees the data at the instant it is sent, and shows as busy waiting."""

    def talk() -> tuple[bytes, float]:
        client, accepted = pair()
        client.setblocking(False)
        threading.Timer(2, accepted.sendall, (b"at last",)).start()
        while True:
            try:
                data = client.recv(10)  # looks
            except BlockingIOError:
                continue
            break
        client.close()
        accepted.close()
        return data, time.monotonic()

    run = watched(talk)
    assert run.value == (b"at last", 1002.0)
    [spin] = events(run, "spin")
    assert spin.site is not None
    assert (spin.site.line, spin.site.call) == (line_of("looks"), "socket.recv")


def test_connecting_without_blocking() -> None:
    """A non-blocking connect is announced by EINPROGRESS and confirmed by SO_ERROR or by connecting again."""

    def talk() -> list[object]:
        server = socket.create_server(ADDRESS)
        seen: list[object] = []
        for _ in range(2):
            client = socket.socket()
            client.setblocking(False)
            seen.append(client.connect_ex(ADDRESS))
            if len(seen) == 1:
                seen.append(client.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR))
            else:
                seen.append(client.connect_ex(ADDRESS))
            seen.append(client.connect_ex(ADDRESS))
            client.close()
        server.close()
        return seen

    assert value(talk) == [errno.EINPROGRESS, 0, errno.EISCONN] * 2


@pytest.mark.parametrize("ask", ["SO_ERROR", "connect", "recv", "send"])
def test_a_refused_connection_without_blocking(ask: str) -> None:
    """A refusal is announced as progress, too, and told to whoever asks first."""

    def talk() -> list[object]:
        client = socket.socket()
        client.setblocking(False)
        seen: list[object] = [client.connect_ex(ADDRESS)]
        if ask == "SO_ERROR":
            seen.append(client.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR))
        else:
            calls: dict[str, Any] = {"connect": lambda: client.connect(ADDRESS), "recv": lambda: client.recv(1)}
            with pytest.raises(ConnectionRefusedError) as caught:
                calls.get(ask, lambda: client.send(b"x"))()
            seen.append(caught.value.errno)
        seen.append(client.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR))
        client.close()
        return seen

    assert value(talk) == [errno.EINPROGRESS, errno.ECONNREFUSED, 0]


def test_nobody_listens() -> None:
    """Connecting where nobody listens is refused at once, and again after the listener has closed."""

    def talk() -> list[object]:
        seen: list[object] = []
        for _ in range(2):
            with pytest.raises(ConnectionRefusedError):
                socket.create_connection(ADDRESS, timeout=5)
            seen.append(time.monotonic())
            socket.create_server(ADDRESS).close()
        with socket.socket() as bound:
            bound.bind(ADDRESS)
            seen.append(socket.socket().connect_ex(ADDRESS))
        return seen

    assert value(talk) == [1000.0, 1000.0, errno.ECONNREFUSED]


def test_halves_of_a_connection() -> None:
    """After shutting down writing one can still read; the peer sees the end of the stream."""

    def talk() -> list[object]:
        client, accepted = pair()
        client.sendall(b"question")
        client.shutdown(socket.SHUT_WR)
        seen: list[object] = [accepted.recv(100), accepted.recv(100)]
        with pytest.raises(BrokenPipeError):
            client.send(b"more")
        accepted.sendall(b"answer")
        accepted.close()
        seen += [client.recv(100), client.recv(100)]
        client.close()
        return seen

    assert value(talk) == [b"question", b"", b"answer", b""]


def test_shutting_down_wakes_who_waits() -> None:
    """Shutting down a socket ends a `recv` of another thread, and an `accept` with an error."""

    def talk() -> list[object]:
        client, accepted = pair()
        server = socket.create_server(ADDRESS)
        seen: list[object] = []

        def receive() -> None:
            seen.append(client.recv(1))

        def accept() -> None:
            with pytest.raises(OSError) as caught:  # noqa: PT011 - its number is looked at
                server.accept()
            seen.append(caught.value.errno)

        def shut() -> None:
            time.sleep(1)
            client.shutdown(socket.SHUT_RDWR)
            server.shutdown(socket.SHUT_RDWR)

        in_threads(receive, accept, shut)
        for used in (client, accepted, server):
            used.close()
        return [*seen, time.monotonic()]

    assert value(talk) == [b"", errno.EINVAL, 1001.0]


def test_closing_with_unread_data_resets_the_connection() -> None:
    """The peer of a socket that was closed with unread bytes gets `ConnectionResetError`, once."""

    def talk() -> list[object]:
        client, accepted = pair()
        client.sendall(b"never read")
        accepted.sendall(b"last words")
        accepted.close()
        seen: list[object] = [client.recv(100)]
        with pytest.raises(ConnectionResetError):
            client.recv(100)
        seen.append(client.recv(100))
        client.close()
        return seen

    assert value(talk) == [b"last words", b""]


def test_closing_without_lingering_resets_the_connection() -> None:
    """With SO_LINGER of no time, a close is a reset: what has arrived can be read, and nothing can be sent."""

    def talk() -> list[object]:
        seen: list[object] = []
        for linger in (struct.pack("ii", 1, 0), struct.pack("ii", 0, 0)):
            client, accepted = pair()
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            client.sendall(b"last words")
            client.close()
            seen.append(accepted.recv(100))
            try:
                seen.append(accepted.recv(100))
            except OSError as failure:
                seen.append(failure.errno)
            accepted.close()
        return seen

    assert value(talk) == [b"last words", errno.ECONNRESET, b"last words", b""]


def test_reading_on_after_the_end_is_busy_waiting() -> None:
    """A loop that reads the end of a stream for ever lets time pass all the same."""

    def read() -> float:
        client, accepted = pair()
        accepted.close()
        stopped: list[bool] = []
        threading.Timer(2, stopped.append, (True,)).start()
        while not stopped:
            client.recv(10)  # reads on
        client.close()
        return time.monotonic()

    run = watched(read)
    assert run.value == 1002.0
    [spin] = events(run, "spin")
    assert spin.site is not None
    assert (spin.site.line, spin.site.call) == (line_of("reads on"), "socket.recv")


@pytest.mark.parametrize("call", ["send", "sendall"])
@pytest.mark.parametrize("kind", [BlockingIOError, BrokenPipeError])
def test_bytes_that_could_not_be_sent_can_be_changed(call: str, kind: type[Exception]) -> None:
    """Whoever handles the error of a send can empty the buffer that it was to send from."""

    def talk() -> bytearray:
        client, accepted = pair()
        client.setblocking(False)
        if kind is BrokenPipeError:
            client.shutdown(socket.SHUT_WR)
        else:
            client.send(bytes(DEFAULT_BUFFER))
        buffer = bytearray(b"unsent")
        with pytest.raises(kind) as caught:
            getattr(client, call)(buffer)
        buffer.clear()
        client.close()
        accepted.close()
        return buffer if caught.value else bytearray(b"?")

    assert value(talk) == bytearray()


def test_writing_to_a_closed_peer() -> None:
    """The first write to a closed peer succeeds, the second breaks the pipe, as with TCP."""

    def talk() -> int:
        client, accepted = pair()
        accepted.close()
        sent = client.send(b"into the void")
        with pytest.raises(BrokenPipeError):
            client.send(b"again")
        client.close()
        return sent

    assert value(talk) == 13


def test_flags_of_receiving() -> None:
    """MSG_PEEK leaves the data, MSG_WAITALL waits for all of it, MSG_DONTWAIT doesn't wait at all."""

    def talk() -> list[object]:
        client, accepted = pair()
        with pytest.raises(BlockingIOError):
            client.recv(1, socket.MSG_DONTWAIT)
        accepted.sendall(b"abc")
        seen: list[object] = [client.recv(2, socket.MSG_PEEK), client.recv(2)]
        threading.Timer(1, accepted.sendall, (b"def",)).start()
        seen += [client.recv(4, socket.MSG_WAITALL), time.monotonic()]
        threading.Timer(1, accepted.sendall, (b"g",)).start()
        threading.Timer(2, accepted.close).start()
        seen += [client.recv(4, socket.MSG_WAITALL), time.monotonic()]
        client.close()
        return seen

    assert value(talk) == [b"ab", b"ab", b"cdef", 1001.0, b"g", 1003.0]


def test_the_ways_of_receiving_and_sending() -> None:
    """Into buffers, with addresses, as messages, from files: all move the same bytes."""

    def talk(file: Any) -> list[object]:  # noqa: ANN401 - a file
        client, accepted = pair()
        buffer = bytearray(4)
        seen: list[object] = []
        client.sendall(memoryview(b"12345678901234"))
        seen += [accepted.recv_into(buffer), bytes(buffer), accepted.recv_into(memoryview(buffer), 2), bytes(buffer)]
        seen += [accepted.recvfrom(2), accepted.recvfrom_into(buffer), accepted.recvmsg(2)]
        seen += [client.sendmsg([b"a", bytearray(b"b")]), accepted.recv(9)]
        seen += [client.sendto(b"c", ("localhost", 1)), accepted.recv(9), client.sendfile(file), accepted.recv(9)]
        with pytest.raises(ValueError, match="buffer too small"):
            accepted.recv_into(buffer, 9)
        with pytest.raises(ValueError, match="negative"):
            accepted.recv(-1)
        client.close()
        accepted.close()
        return seen

    with open(__file__, "rb") as file:  # noqa: PTH123 - shorter
        expected = [4, b"1234", 2, b"5634", (b"78", None), (4, None), (b"34", [], 0, None), 2, b"ab", 1, b"c"]
        size = file.seek(0, 2)
        file.seek(0)
        found = value(lambda: talk(file))
    assert found == [*expected, size, b'"""Tests ']


def test_files_over_sockets() -> None:
    """`makefile` reads lines as they come and keeps the connection open until it is closed as well."""

    def talk() -> list[object]:
        client, accepted = pair()
        threading.Timer(1, accepted.sendall, (b"one\ntw",)).start()
        threading.Timer(2, accepted.sendall, (b"o\nthree",)).start()
        threading.Timer(3, accepted.close).start()
        with client.makefile("rw", encoding="ascii", newline="\n") as file:
            client.close()
            lines = [(line, time.monotonic() - 1000) for line in file]
            file.write("bye")
        return [*lines, client.fileno()]

    assert value(talk) == [("one\n", 1.0), ("two\n", 2.0), ("three", 3.0), -1]


def test_names_of_sockets() -> None:
    """Addresses are shown as real ones are, ports are chosen and kept, and `""` means all."""

    def ask() -> list[object]:
        seen: list[object] = [socket.socket().getsockname()]
        with socket.create_server(("", 0)) as server:
            port = server.getsockname()[1]
            seen += [server.getsockname()[0], port >= 1024]
            with socket.create_connection(("127.0.0.1", port)) as client:
                accepted, address = server.accept()
                seen += [address == client.getsockname() == accepted.getpeername(), client.getpeername()[1] == port]
                accepted.close()
        with socket.create_server(ADDRESS) as server:
            seen += [server.getsockname(), server.family, server.type, socket.socket().getsockopt(1, 3)]
        return seen

    assert value(ask) == [
        ("0.0.0.0", 0),  # noqa: S104 - what an unbound socket shows
        "0.0.0.0",  # noqa: S104 - as above
        True,
        True,
        True,
        ("127.0.0.1", 8000),
        socket.AF_INET,
        socket.SOCK_STREAM,
        socket.SOCK_STREAM,
    ]


def test_a_port_can_be_taken_once_at_a_time() -> None:
    """A port in use can't be bound; once its listener has closed, it can."""

    def take() -> list[object]:
        with socket.create_server(ADDRESS):
            with pytest.raises(OSError) as caught:  # noqa: PT011 - its number is looked at
                socket.create_server(("127.0.0.1", 8000))
            seen: list[object] = [caught.value.errno]
            with socket.create_server(("localhost", 8001)) as other, pytest.raises(OSError) as caught:  # noqa: PT011 - as above
                other.bind(ADDRESS)
            seen.append(caught.value.errno)
        with socket.create_server(ADDRESS) as again:
            return [*seen, again.getsockname()[1]]

    assert value(take) == [errno.EADDRINUSE, errno.EINVAL, 8000]


def test_each_simulation_has_a_network_of_its_own() -> None:
    """A listener that one run left open is unknown to the next, and a port in real use is free."""
    with socket.create_server(("127.0.0.1", 0)) as real:
        address = real.getsockname()

        def leave_open() -> socket.socket:
            with pytest.raises(ConnectionRefusedError):
                socket.create_connection(address)
            return socket.create_server(address)

        for _ in range(2):
            assert simulate(leave_open).error is None


def test_a_pair_of_sockets() -> None:
    """`socketpair` makes two connected ends."""

    def talk() -> list[object]:
        first, second = socket.socketpair()
        with first, second:
            threading.Timer(1, first.sendall, (b"ping",)).start()
            return [second.recv(9), time.monotonic(), first.family, first.getpeername(), second.getsockname()]

    assert value(talk) == [b"ping", 1001.0, socket.AF_UNIX, "", ""]


def test_sockets_with_paths(tmp_path: Any) -> None:  # noqa: ANN401 - a path
    """AF_UNIX sockets connect by path, without making a file, and say what is wrong as real ones do."""
    path = str(tmp_path / "socket")

    def talk() -> list[object]:
        client = socket.socket(socket.AF_UNIX)
        with pytest.raises(FileNotFoundError):
            client.connect(path)
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(path)
            with pytest.raises(ConnectionRefusedError):
                client.connect(path)
            server.listen()
            client.setblocking(False)
            client.connect(path)
            accepted, address = server.accept()
        accepted.sendall(b"hello")
        seen: list[object] = [client.recv(9), address, client.getpeername() == path]
        accepted.close()
        with pytest.raises(BrokenPipeError):
            client.send(b"x")
        client.close()
        return seen

    assert value(talk) == [b"hello", "", True]
    assert not list(tmp_path.iterdir())


def test_version_six_of_the_protocol() -> None:
    """AF_INET6 sockets connect over `::1`, with addresses of four parts."""

    def talk() -> list[object]:
        with socket.create_server(("::1", 0), family=socket.AF_INET6) as server:
            with socket.create_connection(server.getsockname()[:2]) as client:
                accepted, address = server.accept()
                accepted.close()
                return [client.family, address == client.getsockname(), len(address), server.getsockname()[0]]

    assert value(talk) == [socket.AF_INET6, True, 4, "::1"]


def test_handing_a_descriptor_on() -> None:
    """A detached descriptor becomes a socket again with all that has arrived meanwhile."""

    def talk() -> list[object]:
        first, second = socket.socketpair()
        descriptor = first.detach()
        second.sendall(b"kept")
        with second, socket.socket(fileno=descriptor) as again:
            return [first.fileno(), again.recv(9), again.family]

    assert value(talk) == [-1, b"kept", socket.AF_UNIX]


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("localhost:80", TypeError),
        (["localhost", 80], TypeError),
        (("localhost",), TypeError),
        (("localhost", 80, 0), TypeError),
        (("localhost", "80"), TypeError),
        ((None, 80), TypeError),
        (("localhost", 65_536), OverflowError),
        (("localhost", -1), OverflowError),
    ],
)
def test_impossible_addresses(address: Any, kind: type[Exception]) -> None:  # noqa: ANN401 - anything
    """Binding and connecting to nonsense raise what real sockets raise."""
    for name in ("bind", "connect"):
        with socket.socket() as real, pytest.raises(kind):
            getattr(real, name)(address)
        with pytest.raises(kind):
            value(lambda name=name: getattr(socket.socket(), name)(address))  # type: ignore[misc]  # a default is a binding


def test_using_a_socket_wrongly() -> None:
    """What isn't connected, or is closed, says so with the usual numbers."""

    def misuse() -> list[object]:
        seen: list[object] = []

        def number(function: Any) -> None:  # noqa: ANN401 - any call
            with pytest.raises(OSError) as caught:  # noqa: PT011 - its number is looked at
                function()
            seen.append(caught.value.errno)

        fresh, closed = socket.socket(), socket.socket()
        closed.close()
        for call in (lambda: fresh.recv(1), fresh.getpeername, fresh.accept, lambda: fresh.shutdown(2)):
            number(call)
        number(lambda: fresh.send(b"x"))
        for name in ("getsockname", "listen", "accept"):
            number(getattr(closed, name))
        number(lambda: closed.recv(1))
        number(lambda: closed.send(b""))
        fresh.close()
        return seen

    expected = [errno.ENOTCONN, errno.ENOTCONN, errno.EINVAL, errno.ENOTCONN, errno.EPIPE, *[errno.EBADF] * 5]
    assert value(misuse) == expected


def test_options_are_remembered() -> None:
    """Options that mean nothing here can be set and read back, also as bytes."""

    def use() -> list[object]:
        with socket.socket() as used:
            used.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            used.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            return [
                used.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY),
                used.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 4),
                used.getsockopt(socket.SOL_SOCKET, socket.SO_LINGER, 8),
                used.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE),
            ]

    assert value(use) == [1, struct.pack("i", 1), struct.pack("ii", 1, 0), 0]


def test_names_of_hosts() -> None:
    """The loopback, numeric addresses and hosts that somebody listens on can be looked up; nothing else is asked."""

    def look_up() -> list[object]:
        with socket.create_server(("api.example", 80)):
            seen: list[object] = [socket.gethostbyname(name) for name in ("localhost", "10.0.0.1", "api.example")]
            socket.create_connection(("api.example", 80)).close()
            seen += [entry[4] for entry in socket.getaddrinfo("api.example", "http")]
        seen += [socket.gethostbyname_ex("localhost"), socket.getfqdn("127.0.0.1")]
        seen += [socket.getnameinfo(("127.0.0.1", 80), 0), socket.getaddrinfo("::1", 80)[0][4]]
        return seen

    assert value(look_up) == [
        "127.0.0.1",
        "10.0.0.1",
        "api.example",
        ("api.example", 80),
        ("localhost", [], ["127.0.0.1"]),
        "localhost",
        ("127.0.0.1", "80"),
        ("::1", 80, 0, 0),
    ]


@pytest.mark.parametrize("call", ["connect", "getaddrinfo", "gethostbyname", "create_connection"])
def test_unknown_hosts_are_refused_and_noted(call: str) -> None:
    """A host that nobody has is an error that real programs know, and also one of the simulation's, in the trace."""

    def look_up() -> None:
        calls: dict[str, Any] = {
            "connect": lambda: socket.socket().connect(("example.com", 80)),
            "getaddrinfo": lambda: socket.getaddrinfo("example.com", 80),
            "gethostbyname": lambda: socket.gethostbyname("example.com"),
            "create_connection": lambda: socket.create_connection(("example.com", 80)),
        }
        calls[call]()

    run = watched(look_up)
    assert isinstance(run.error, socket.gaierror)
    assert isinstance(run.error, NotSimulatedError)
    assert "'example.com'" in str(run.error)
    [event] = events(run, "refused")
    assert event.data["call"] == "look-up of the host 'example.com'"


@pytest.mark.parametrize("what", ["datagrams", "raw", "dup", "ancillary", "recvmsg_into", "datagram pair"])
def test_what_sockets_can_not_do_is_refused(what: str) -> None:
    """Everything that isn't simulated says so, and what to use instead."""

    def use() -> None:
        calls: dict[str, Any] = {
            "datagrams": lambda: socket.socket(type=socket.SOCK_DGRAM),
            "raw": lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW),
            "dup": lambda: pair()[0].dup(),
            "ancillary": lambda: pair()[0].sendmsg([b"x"], [(socket.SOL_SOCKET, 1, b"")]),
            "recvmsg_into": lambda: pair()[0].recvmsg_into([bytearray(1)]),
            "datagram pair": lambda: socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM),
        }
        calls[what]()

    run = simulate(use)
    assert isinstance(run.error, NotSimulatedError)
    assert "not simulated: " in str(run.error)
    assert len(events(run, "refused")) == 1


def test_the_default_time_out_is_the_programs_own() -> None:
    """`setdefaulttimeout` works inside, and is put back."""

    def use() -> list[object]:
        socket.setdefaulttimeout(3)
        client, accepted = pair()
        with pytest.raises(TimeoutError):
            client.recv(1)
        client.close()
        accepted.close()
        return [time.monotonic(), client.gettimeout(), accepted.gettimeout()]

    assert value(use) == [1003.0, 3.0, 3.0]
    assert socket.getdefaulttimeout() is None


def test_connections_are_in_the_trace() -> None:
    """Every attempt to connect is noted with its line, and whether it was refused."""

    def use() -> None:
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(ADDRESS)  # refused
        with socket.create_server(ADDRESS):
            socket.create_connection(ADDRESS).close()  # made

    run = watched(use)
    found = [(event.site and event.site.line, event.data["refused"]) for event in events(run, "connect")]
    assert found == [(line_of("refused"), True), (line_of("made"), False)]


def test_bytes_travel_in_no_time() -> None:
    """Ten megabytes through a connection take no simulated time."""

    def use() -> None:
        client, accepted = pair()
        size = 10_000_000
        received = 0

        def receive() -> None:
            nonlocal received
            while data := accepted.recv(1 << 20):
                received += len(data)

        in_threads(receive, lambda: (client.sendall(bytes(size)), client.close()))
        accepted.close()
        assert received == size

    assert seconds(use) == 0


def test_what_was_left_open_is_said() -> None:
    """Sockets that the program's own lines made and nobody closed are left over, dropped ones apart."""
    kept: list[socket.socket] = []

    def leave() -> None:
        kept.append(socket.create_server(ADDRESS))  # kept open
        socket.create_connection(ADDRESS)  # dropped at once
        time.sleep(1)

    run = watched(leave)
    found = [(left.kind, left.name, left.detail, left.line) for left in run.leftovers]
    assert found == [
        ("socket", "('127.0.0.1', 8000)", "dropped", line_of("dropped at once")),
        ("socket", "('127.0.0.1', 8000)", "open", line_of("kept open")),
    ]
    assert kept[0].fileno() == -1
    assert run.elapsed == SECOND
