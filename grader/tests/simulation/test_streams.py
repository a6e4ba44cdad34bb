"""Tests of asyncio over simulated sockets."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from typing import Any

import pytest

from grader.simulation import NotSimulatedError, simulate
from grader.simulation.network import current
from grader.tests.simulation.bench import SECOND, stopped, value

HOST, PORT = "localhost", 8000


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer one line, a second later, in capital letters."""
    line = await reader.readline()
    await asyncio.sleep(1)
    writer.write(line.upper())
    await writer.drain()
    writer.close()
    await writer.wait_closed()


async def ask(line: bytes) -> bytes:
    """Send a line and return the answer."""
    reader, writer = await asyncio.open_connection(HOST, PORT)
    try:
        writer.write(line)
        return await reader.read()
    finally:
        writer.close()
        await writer.wait_closed()


def test_a_server_and_its_clients_in_one_loop() -> None:
    """Three clients of a server that takes a second each are served at the same time."""

    async def main() -> list[bytes]:
        server = await asyncio.start_server(echo, HOST, PORT)
        async with server:
            return await asyncio.gather(*[ask(b"line %d\n" % number) for number in range(3)])

    run = simulate(lambda: asyncio.run(main()))
    assert (run.value, run.elapsed) == ([b"LINE 0\n", b"LINE 1\n", b"LINE 2\n"], SECOND)
    assert run.leftovers == ()


def test_a_server_in_another_thread() -> None:
    """Clients in one thread talk to a server loop in another."""

    def use() -> list[object]:
        ready = threading.Event()
        loops: list[asyncio.AbstractEventLoop] = []

        async def serve() -> None:
            loops.append(asyncio.get_running_loop())
            stop = asyncio.Event()
            async with await asyncio.start_server(echo, HOST, PORT):
                loops[0].call_soon_threadsafe(ready.set)
                serving.append(stop)
                await stop.wait()

        serving: list[asyncio.Event] = []
        thread = threading.Thread(target=lambda: asyncio.run(serve()))
        thread.start()
        ready.wait()
        with socket.create_connection((HOST, PORT)) as client:
            client.sendall(b"hello\n")
            answer = client.makefile("rb").read()
        loops[0].call_soon_threadsafe(serving[0].set)
        thread.join()
        return [answer, time.monotonic()]

    run = simulate(use)
    assert run.value == [b"HELLO\n", 1001.0]
    assert run.leftovers == ()


def test_sockets_by_the_loops_own_methods() -> None:
    """`sock_connect`, `sock_accept`, `sock_recv`, `sock_recv_into` and `sock_sendall` wait without blocking."""

    async def main() -> list[object]:
        loop = asyncio.get_running_loop()
        server = socket.create_server((HOST, PORT))
        server.setblocking(False)
        client = socket.socket()
        client.setblocking(False)
        (accepted, _), _ = await asyncio.gather(loop.sock_accept(server), loop.sock_connect(client, (HOST, PORT)))
        buffer = bytearray(9)
        loop.call_later(1, client.send, b"first")
        seen: list[object] = [await loop.sock_recv(accepted, 9), time.monotonic()]
        await loop.sock_sendall(accepted, bytes(10))
        seen.append(await loop.sock_recv_into(client, buffer))
        refused = socket.socket()
        refused.setblocking(False)
        with pytest.raises(ConnectionRefusedError):
            await loop.sock_connect(refused, (HOST, 1))
        for used in (server, client, accepted, refused):
            used.close()
        return seen

    assert value(lambda: asyncio.run(main())) == [b"first", 1001.0, 9]


def test_a_refused_connection_of_a_loop() -> None:
    """`open_connection` to nobody raises what it raises outside."""
    error = simulate(lambda: asyncio.run(ask(b"x"))).error
    assert isinstance(error, ConnectionRefusedError)


def test_a_peer_that_never_answers() -> None:
    """A read without a time-out is a deadlock; with one it ends exactly in time."""

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readline()
            await reader.readline()
        finally:
            writer.close()
            served.set_result(None)

    served: asyncio.Future[None]

    async def main(limit: float | None) -> float:
        nonlocal served
        served = asyncio.get_running_loop().create_future()
        async with await asyncio.start_server(silent, HOST, PORT):
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(ask(b"x\n"), limit)
            await served
        return time.monotonic()

    assert value(lambda: asyncio.run(main(3))) == 1003.0
    standstill = stopped(lambda: asyncio.run(main(None)))
    assert {item.name for item in standstill.stuck} >= {"MainThread", "task main", "task silent"}


def test_flow_control() -> None:
    """`drain` waits for a slow reader when the connection's buffer is small."""

    async def slow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.read(1000):
            await asyncio.sleep(1)
        writer.close()
        done.set_result(None)

    done: asyncio.Future[None]

    async def main() -> float:
        nonlocal done
        done = asyncio.get_running_loop().create_future()
        current().buffer = 1000
        async with await asyncio.start_server(slow, HOST, PORT, limit=500):
            _, writer = await asyncio.open_connection(HOST, PORT)
            writer.transport.set_write_buffer_limits(0)
            for _ in range(5):
                writer.write(bytes(1000))
                await writer.drain()
            moment = time.monotonic()
            writer.close()
            await writer.wait_closed()
            await done
            return moment

    moment = value(lambda: asyncio.run(main()))
    assert 1000 < moment <= 1005


def test_servers_with_paths() -> None:
    """`start_unix_server` and `open_unix_connection` work without making a file."""

    async def main() -> bytes:
        async with await asyncio.start_unix_server(echo, "/nowhere/at/all"):
            reader, writer = await asyncio.open_unix_connection("/nowhere/at/all")
            writer.write(b"x\n")
            answer = await reader.read()
            writer.close()
            return answer

    assert value(lambda: asyncio.run(main())) == b"X\n"


def test_protocols_see_the_end_and_the_loss_of_a_connection() -> None:
    """A protocol is told of the end of the stream, and of a reset with its error."""

    class Noting(asyncio.Protocol):
        def __init__(self, seen: list[object]) -> None:
            self.seen = seen
            self.lost = asyncio.get_running_loop().create_future()

        def data_received(self, data: bytes) -> None:
            self.seen.append(data)

        def eof_received(self) -> None:
            self.seen.append("end")

        def connection_lost(self, error: Exception | None) -> None:
            self.seen.append(type(error).__name__)
            self.lost.set_result(None)

    async def main() -> list[object]:
        loop = asyncio.get_running_loop()
        seen: list[object] = []

        async def meet(end: Any) -> None:  # noqa: ANN401 - a function of the accepted socket
            listening = socket.create_server((HOST, PORT))
            listening.setblocking(False)
            transport, protocol = await loop.create_connection(lambda: Noting(seen), HOST, PORT)
            accepted, _ = await loop.sock_accept(listening)
            transport.write(b"unread")
            end(accepted)
            await protocol.lost
            listening.close()

        def end_politely(accepted: socket.socket) -> None:
            accepted.recv(99)
            accepted.sendall(b"bye")
            accepted.close()

        await meet(end_politely)
        await meet(lambda accepted: accepted.close())
        return seen

    assert value(lambda: asyncio.run(main())) == [b"bye", "end", "NoneType", "ConnectionResetError"]


def test_datagrams_and_processes_of_loops_are_refused() -> None:
    """What has no counterpart in the simulation says so, also when a loop is asked for it."""

    async def datagrams() -> None:
        await asyncio.get_running_loop().create_datagram_endpoint(asyncio.DatagramProtocol, local_addr=(HOST, 0))

    async def process() -> None:
        await asyncio.create_subprocess_exec("true")

    for main in (datagrams, process):
        run = simulate(lambda main=main: asyncio.run(main()))  # type: ignore[misc]  # a default is a binding
        assert isinstance(run.error, NotSimulatedError)
