"""Tests of waiting for many sockets at once."""

from __future__ import annotations

import select
import selectors
import socket
import threading
import time
from typing import Any

import pytest

from grader.simulation import simulate
from grader.tests.simulation.bench import SECOND, events, line_of, value, watched
from grader.tests.simulation.test_sockets import pair


def test_a_server_that_selects() -> None:
    """One thread serves three clients as they write, at one, two and three seconds."""

    def serve() -> list[object]:
        server = socket.create_server(("localhost", 8000))
        seen: list[object] = []

        def client(delay: int) -> None:
            with socket.create_connection(("localhost", 8000)) as connection:
                time.sleep(delay)
                connection.sendall(b"hello %d" % delay)
                seen.append((connection.recv(99), time.monotonic() - 1000))

        threads = [threading.Thread(target=client, args=(delay,)) for delay in (3, 1, 2)]
        for thread in threads:
            thread.start()
        sockets = [server]
        answered = 0
        while answered < 3 or len(sockets) > 1:
            readable, _, _ = select.select(sockets, [], sockets)
            for ready in readable:
                if ready is server:
                    sockets.append(server.accept()[0])
                elif data := ready.recv(99):
                    ready.sendall(data.upper())
                    answered += 1
                else:
                    sockets.remove(ready)
                    ready.close()
        server.close()
        return seen

    run = simulate(serve)
    assert run.value == [(b"HELLO 1", 1.0), (b"HELLO 2", 2.0), (b"HELLO 3", 3.0)]
    assert run.leftovers == ()


def test_select_tells_readable_from_writable() -> None:
    """Each list says what it should, in the order in which it was asked."""

    def ask() -> list[object]:
        client, accepted = pair()
        names = {client: "client", accepted: "accepted"}
        both = [accepted, client]

        def now() -> list[list[str]]:
            return [[names[item] for item in items] for items in select.select(both, both, both, 0)]

        seen: list[object] = [now()]
        client.sendall(b"x")
        seen.append(now())
        accepted.close()
        seen.append([names[item] for item in select.select([client], [], [], 0)[0]])
        client.close()
        return seen

    assert value(ask) == [[[], ["accepted", "client"], []], [["accepted"], ["accepted", "client"], []], ["client"]]


@pytest.mark.parametrize("way", ["select", "poll", "epoll", "DefaultSelector", "SelectSelector", "PollSelector"])
def test_every_way_of_waiting(way: str) -> None:
    """All ways time out exactly, wake at the very instant, and report the same."""
    if not hasattr(select, way) and not hasattr(selectors, way) and way != "select":
        pytest.skip("not on this system")

    def use() -> list[object]:
        client, accepted = pair()
        threading.Timer(2, accepted.sendall, (b"x",)).start()
        seen: list[object] = []

        def wait(timeout: float | None) -> int:
            if way == "select":
                return len(select.select([client], [], [], timeout)[0])
            if way == "poll":
                poll = select.poll()
                poll.register(client, select.POLLIN)
                return len(poll.poll(None if timeout is None else timeout * 1000))
            if way == "epoll":
                with select.epoll() as epoll:
                    epoll.register(client.fileno(), select.EPOLLIN)
                    return len(epoll.poll(timeout))
            with getattr(selectors, way)() as selector:
                selector.register(client, selectors.EVENT_READ)
                return len(selector.select(timeout))

        for timeout in (0, 1.5, None, None):
            seen.append((wait(timeout), time.monotonic() - 1000))
        client.close()
        accepted.close()
        return seen

    assert value(use) == [(0, 0.0), (0, 1.5), (1, 2.0), (1, 2.0)]


def test_registering_modifying_and_unregistering() -> None:
    """Poll objects and selectors watch what they were told last."""

    def use() -> list[object]:
        client, accepted = pair()
        poll = select.poll()
        seen: list[object] = []
        with pytest.raises(FileNotFoundError):
            poll.modify(client, select.POLLIN)
        poll.register(client)
        seen.append(poll.poll(0) == [(client.fileno(), select.POLLOUT)])
        poll.modify(client, select.POLLIN)
        seen.append(poll.poll(0))
        poll.unregister(client)
        with pytest.raises(KeyError):
            poll.unregister(client)
        with selectors.DefaultSelector() as selector:
            key = selector.register(client, selectors.EVENT_READ | selectors.EVENT_WRITE, data="data")
            seen.append(selector.select(0) == [(key, selectors.EVENT_WRITE)])
            accepted.sendall(b"x")
            seen.append(selector.select(0) == [(key, selectors.EVENT_READ | selectors.EVENT_WRITE)])
            key = selector.modify(client, selectors.EVENT_READ)
            seen.append(selector.select(0) == [(key, selectors.EVENT_READ)])
            selector.unregister(client)
            seen.append(selector.select(0))
        client.close()
        accepted.close()
        return seen

    assert value(use) == [True, [], True, True, True, []]


def test_a_connection_that_ended_or_failed_is_reported() -> None:
    """The end of a stream, a reset and a refused connection have the events that real ones have."""

    def use() -> list[object]:
        seen: list[object] = []

        def poll(used: socket.socket) -> int:
            waiting = select.poll()
            waiting.register(used, select.POLLIN | select.POLLOUT)
            [(_, found)] = waiting.poll()
            return found

        client, accepted = pair()
        accepted.shutdown(socket.SHUT_WR)
        seen.append(poll(client) == select.POLLIN | select.POLLOUT)
        client.sendall(b"unread")
        accepted.close()
        seen.append(bool(poll(client) & select.POLLERR))
        client.close()
        with socket.socket() as refused:
            refused.setblocking(False)
            refused.connect_ex(("localhost", 1))
            seen.append(poll(refused) & (select.POLLERR | select.POLLOUT) == select.POLLERR | select.POLLOUT)
            seen.append(select.select([], [refused], [], 5)[1] == [refused])
        return seen

    assert value(use) == [True, True, True, True]


def test_waiting_for_a_connection_to_be_made() -> None:
    """A non-blocking connect becomes writable."""

    def use() -> bool:
        with socket.create_server(("localhost", 1)) as server, socket.socket() as client:
            client.setblocking(False)
            client.connect_ex(("localhost", 1))
            ready = select.select([server], [client], [], 9)
            return ready == ([server], [client], [])

    assert value(use)


@pytest.mark.parametrize(
    ("arguments", "kind"),
    [
        (([], [], [], -1), ValueError),
        (([], [], [], "1"), TypeError),
        ((None, [], []), TypeError),
        (([-1], [], []), ValueError),
    ],
)
def test_wrong_arguments_of_select(arguments: Any, kind: type[Exception]) -> None:  # noqa: ANN401 - anything
    """Wrong arguments raise what the real function raises."""
    with pytest.raises(kind):
        select.select(*arguments)
    with pytest.raises(kind):
        value(lambda: select.select(*arguments))


def test_a_closed_socket_can_not_be_waited_for() -> None:
    """Selecting on a closed socket is an error."""

    def use() -> None:
        closed = socket.socket()
        closed.close()
        select.select([closed], [], [], 1)

    assert isinstance(simulate(use).error, ValueError)


def test_select_is_a_way_to_sleep() -> None:
    """Selecting on nothing waits for its time-out."""
    assert simulate(lambda: select.select([], [], [], 1.5)).elapsed == 1.5 * SECOND


@pytest.mark.parametrize("timeout", [None, 0, 9])
def test_selecting_what_is_always_ready_is_busy_waiting(timeout: float | None) -> None:
    """A loop that waits until a socket takes bytes, and has none for it, lets time pass all the same."""

    def select_on() -> float:
        client, accepted = pair()
        stopped: list[bool] = []
        threading.Timer(2, stopped.append, (True,)).start()
        while not stopped:
            select.select([], [client], [], timeout)  # it is ready
        client.close()
        accepted.close()
        return time.monotonic()

    run = watched(select_on)
    assert run.value == 1002.0
    [spin] = events(run, "spin")
    assert spin.site is not None
    assert (spin.site.line, spin.site.call) == (line_of("it is ready"), "select")


def test_a_busy_server_answers_everything_at_once() -> None:
    """Twenty clients that write at one instant are all answered at that instant, although each round looks at all."""

    def serve() -> list[float]:
        listener = socket.create_server(("localhost", 8000))
        listener.setblocking(False)
        seen: list[float] = []

        def talk() -> None:
            time.sleep(1)
            with socket.create_connection(("localhost", 8000)) as connection:
                connection.sendall(b"hello")
                connection.recv(9)
                seen.append(time.monotonic() - 1000)

        threads = [threading.Thread(target=talk) for _ in range(20)]
        for thread in threads:
            thread.start()
        clients: list[socket.socket] = []
        while len(seen) < len(threads):
            try:
                clients.append(listener.accept()[0])
                clients[-1].setblocking(False)
            except BlockingIOError:
                pass
            for client in clients:
                try:
                    client.sendall(client.recv(9))
                except BlockingIOError:
                    continue
        for open_socket in (listener, *clients):
            open_socket.close()
        return seen

    assert value(serve) == [1.0] * 20
