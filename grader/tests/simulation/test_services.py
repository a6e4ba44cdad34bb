"""Tests of services: what answers at an address without a thread or a socket."""

from __future__ import annotations

import errno
import select
import socket
import threading
import time
from typing import TYPE_CHECKING

import pytest

from grader.simulation import active, simulate
from grader.simulation.network import Connection, Service, current
from grader.tests.simulation.bench import SECOND, events, seconds, stopped, value, watched

if TYPE_CHECKING:
    from collections.abc import Callable

ADDRESS = ("api.test", 80)


def later(delay: float, function: Callable[[], None]) -> None:
    """Set an alarm, in simulated seconds."""
    scheduler = active()
    assert scheduler is not None
    scheduler.call_later(int(delay * SECOND), function)


def echo(connection: Connection) -> None:
    """Send back in capitals what arrives, after two seconds."""

    def changed() -> None:
        data = connection.read()
        if data:
            later(2, lambda: connection.write(data.upper()))

    connection.on_change = changed


def listen(accept: Callable[[Connection], None] | None = echo, *, delay: float = 0, capacity: int = 1000) -> None:
    """Put a service at the address."""
    current().serve(ADDRESS, Service(accept, delay=int(delay * SECOND), capacity=capacity))


def connected() -> socket.socket:
    """Begin to connect a non-blocking socket."""
    client = socket.socket()
    client.setblocking(False)
    assert client.connect_ex(ADDRESS) == errno.EINPROGRESS
    return client


def test_a_service_answers_without_a_thread() -> None:
    """It answers in simulated time, and neither the trace nor what is left shows anybody but the client."""

    def talk() -> bytes:
        listen()
        with socket.create_connection(ADDRESS) as client:
            client.sendall(b"hello")
            assert threading.active_count() == 1
            return client.recv(99)

    run = watched(talk)
    assert (run.value, run.elapsed, run.leftovers) == (b"HELLO", 2 * SECOND, ())
    assert {(event.kind, event.thread) for event in run.events} == {("connect", 0), ("wait", 0)}


def test_who_reads_before_writing_is_in_a_deadlock() -> None:
    """A service that waits for a request is nobody that could wake the client: the deadlock is known at once."""

    def read_first() -> None:
        listen()
        select.select([connected()], [], [])

    standstill = stopped(read_first)
    assert (standstill.reason, standstill.time, len(standstill.stuck)) == ("deadlock", 0, 1)
    assert standstill.stuck[0].kind == "select"


def test_an_alarm_that_wakes_nobody_only_puts_a_deadlock_off() -> None:
    """Time passes to the last alarm; then there is a deadlock."""

    def wait() -> None:
        listen()
        client = connected()
        client.send(b"hello")
        threading.Lock().acquire()
        lock = threading.Lock()
        lock.acquire()
        lock.acquire()

    assert stopped(wait).time == 2 * SECOND


def test_what_a_service_does_not_read_fills_its_buffer() -> None:
    """A client that sends faster than the service reads has to wait, until it reads."""
    taken: list[bytes] = []

    def lazy(connection: Connection) -> None:
        later(3, lambda: taken.append(connection.read()))

    def send() -> list[object]:
        listen(lazy, capacity=10)
        with connected() as client:
            seen: list[object] = [client.send(b"x" * 25)]
            with pytest.raises(BlockingIOError):
                client.send(b"x")
            seen += [select.select([], [client], [], 1), select.select([], [client], [])[1] == [client]]
            return [*seen, time.monotonic() - 1000, client.send(b"x" * 25)]

    assert value(send) == [10, ([], [], []), True, 3.0, 10]
    assert taken == [b"x" * 10]


def test_what_a_client_does_not_read_is_sent_later() -> None:
    """A service writes as much as the client has room for, and the rest as the client reads; then it closes."""

    def generous(connection: Connection) -> None:
        connection.write(b"abcdefghij")
        connection.close()

    def read() -> list[bytes]:
        listen(generous)
        with socket.socket() as client:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4)
            client.connect(ADDRESS)
            return [client.recv(99) for _ in range(4)]

    assert value(read) == [b"abcd", b"efgh", b"ij", b""]


def test_a_service_hears_of_the_end() -> None:
    """It tells a client that sends no more from one that has closed."""
    heard: list[tuple[bool, bool, int]] = []

    def listening(connection: Connection) -> None:
        connection.on_change = lambda: heard.append((connection.at_end, connection.client_closed, connection.unread))

    def leave() -> None:
        listen(listening)
        client = socket.create_connection(ADDRESS)
        client.send(b"x")
        client.shutdown(socket.SHUT_WR)
        client.close()

    value(leave)
    assert heard == [(False, False, 1), (False, False, 1), (False, True, 1)]


def test_writing_to_a_client_that_has_gone_does_nothing() -> None:
    """An answer that comes too late is dropped."""

    def leave() -> None:
        listen(lambda connection: later(1, lambda: connection.write(b"too late")))
        connected().close()
        time.sleep(2)

    assert seconds(leave) == 2


@pytest.mark.parametrize("blocking", [True, False])
def test_a_connection_may_take_its_time(blocking: bool) -> None:  # noqa: FBT001 - one of two cases
    """A blocking connect waits for it; a non-blocking one is told by the socket that can be written to."""

    def connect() -> float:
        listen(delay=1.5)
        if blocking:
            socket.create_connection(ADDRESS).close()
        else:
            with connected() as client:
                assert select.select([client], [client], [], 0) == ([], [], [])
                assert select.select([client], [client], [])[1] == [client]
                assert client.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == 0
                client.send(b"hello")
        return time.monotonic() - 1000

    assert value(connect) == 1.5


def test_a_connection_that_does_not_stand_yet_can_not_be_used() -> None:
    """Sending and receiving would block, a second connect is already under way, and there is no peer yet."""

    def use_too_early() -> list[int | None]:
        listen(delay=1)
        seen: list[int | None] = []
        with connected() as client:
            for attempt in (
                lambda: client.send(b"x"),
                lambda: client.recv(1),
                lambda: client.connect(ADDRESS),
                client.getpeername,
                lambda: client.shutdown(socket.SHUT_WR),
            ):
                with pytest.raises(OSError) as caught:  # noqa: PT011 - the numbers are compared
                    attempt()
                seen.append(caught.value.errno)
        time.sleep(2)
        return seen

    assert value(use_too_early) == [errno.EAGAIN, errno.EAGAIN, errno.EALREADY, errno.ENOTCONN, errno.ENOTCONN]


def test_a_blocking_connect_may_run_out_of_time() -> None:
    """A time-out bounds the wait for a connection."""

    def connect() -> None:
        listen(delay=2)
        with pytest.raises(TimeoutError):
            socket.create_connection(ADDRESS, timeout=0.5)

    assert seconds(connect) == 0.5


def test_a_service_may_refuse() -> None:
    """A refused attempt is told to the service, and to the client as a refused one is everywhere."""
    refusals: list[float] = []

    def attempts() -> list[object]:
        refused = Service(None, lambda: refusals.append(time.monotonic() - 1000), delay=SECOND)
        current().serve(ADDRESS, refused)
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(ADDRESS)
        with connected() as client:
            readable, writable, _ = select.select([client], [client], [])
            seen: list[object] = [
                readable == writable == [client],
                client.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR),
            ]
        with connected() as client:
            select.select([], [client], [])
            with pytest.raises(ConnectionRefusedError):
                client.send(b"x")
        return seen

    run = simulate(attempts)
    assert run.error is None
    assert run.value == [True, errno.ECONNREFUSED]
    assert refusals == [1.0, 2.0, 3.0]
    assert [event.data["refused"] for event in events(run, "connect")] == [True, True, True]


def test_the_name_of_a_service_is_known_and_taken() -> None:
    """Its host is found, other hosts aren't, and nobody else can have its address."""

    def look_up() -> None:
        listen()
        assert socket.getaddrinfo(*ADDRESS)[0][4] == ADDRESS
        with pytest.raises(socket.gaierror):
            socket.getaddrinfo("other.test", 80)
        with socket.socket() as other, pytest.raises(OSError, match="in use"):
            other.bind(ADDRESS)

    value(look_up)


def test_asking_for_what_is_always_there_is_busy_waiting() -> None:
    """A loop around a select that returns at once, as there is room to send, doesn't stop time for ever."""

    def loop() -> float:
        listen()
        with connected() as client:
            client.send(b"hello")
            while True:
                readable, _, _ = select.select([client], [client], [])
                if readable:
                    return time.monotonic() - 1000

    run = watched(loop)
    assert run.value == pytest.approx(2, abs=0.001)
    [spin] = events(run, "spin")
    assert spin.site is not None
    assert spin.site.call == "select"
