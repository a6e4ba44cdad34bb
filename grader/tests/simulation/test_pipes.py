"""Tests of pipes."""

# mypy: disable-error-code="func-returns-value"
# A lambda does several things by way of a tuple.

from __future__ import annotations

import asyncio
import os
import select
import socket
import threading
import time
from multiprocessing import Pipe
from typing import Any

import pytest

from grader.simulation import NotSimulatedError, simulate
from grader.tests.simulation.bench import SECOND, in_threads, line_of, stopped, value


def test_reading_from_a_pipe_waits_in_virtual_time() -> None:
    """`os.read` waits until something is written, and sees the end when the other side is closed."""

    def use() -> list[object]:
        reading, writing = os.pipe()

        def write() -> None:
            time.sleep(2)
            os.write(writing, b"words")
            time.sleep(2)
            os.close(writing)

        thread = threading.Thread(target=write)
        thread.start()
        seen: list[object] = [os.read(reading, 99), time.monotonic(), os.read(reading, 99), time.monotonic()]
        thread.join()
        os.close(reading)
        return seen

    assert value(use) == [b"words", 1002.0, b"", 1004.0]


def test_writing_to_a_full_pipe_waits_in_virtual_time() -> None:
    """`os.write` of more than fits waits until the reader has made room, and writes all."""

    def use() -> list[object]:
        reading, writing = os.pipe()
        size = 300_000
        seen: list[object] = []

        def read() -> None:
            received = 0
            while received < size:
                time.sleep(1)
                received += len(os.read(reading, 100_000))
            seen.append(received)

        in_threads(read, lambda: seen.append(os.write(writing, bytes(size))))
        os.close(reading)
        with pytest.raises(BrokenPipeError):
            os.write(writing, b"x")
        os.close(writing)
        return [*seen, time.monotonic() > 1002]

    found = value(use)
    assert sorted(found[:2], key=str) == [300_000, 300_000]
    assert found[2] is True


def test_a_pipe_that_nobody_writes_to_is_a_deadlock() -> None:
    """It is known at once, by its line."""

    def use() -> None:
        reading, writing = os.pipe()
        try:
            os.read(reading, 1)  # nobody writes
        finally:
            os.close(reading)
            os.close(writing)

    [main] = stopped(use).stuck
    assert (main.kind, main.detail) == ("pipe", "os.read")
    assert main.site is not None
    assert (main.site.line, main.site.call) == (line_of("nobody writes"), "os.read")


def test_a_pipe_without_blocking() -> None:
    """A non-blocking pipe raises at once, as outside."""

    def use() -> None:
        reading, writing = os.pipe()
        os.set_blocking(reading, False)
        try:
            with pytest.raises(BlockingIOError):
                os.read(reading, 1)
        finally:
            os.close(reading)
            os.close(writing)

    run = simulate(use)
    assert (run.error, run.elapsed) == (None, 0)


def test_pipes_can_be_selected() -> None:
    """`select` waits for pipes and sockets together."""

    def use() -> list[object]:
        reading, writing = os.pipe()
        first, second = socket.socketpair()
        both: list[Any] = [first, reading]
        threading.Timer(1, os.write, (writing, b"x")).start()
        threading.Timer(2, second.sendall, (b"x",)).start()
        seen: list[object] = [select.select(both, [], [])[0] == [reading], time.monotonic()]
        os.read(reading, 1)
        seen += [select.select(both, [], [])[0] == [first], time.monotonic()]
        for used in (first, second):
            used.close()
        for descriptor in (reading, writing):
            os.close(descriptor)
        return seen

    assert value(use) == [True, 1001.0, True, 1002.0]


def test_files_are_read_and_written_as_ever(tmp_path: os.PathLike[str]) -> None:
    """`os.read` and `os.write` on ordinary files don't wait for anything."""
    path = os.path.join(tmp_path, "file")  # noqa: PTH118 - os.open is what is tested

    def use() -> bytes:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT)
        os.write(descriptor, b"text")
        os.lseek(descriptor, 0, os.SEEK_SET)
        try:
            return os.read(descriptor, 99) + os.read(descriptor, 99)
        finally:
            os.close(descriptor)

    assert value(use) == b"text"


def test_wrong_descriptors_are_errors() -> None:
    """A descriptor that isn't open is an error, as outside."""
    for function in (lambda: os.read(99_999, 1), lambda: os.write(99_999, b"x")):
        assert isinstance(simulate(function).error, OSError)


def test_sockets_can_be_used_by_their_descriptors() -> None:
    """`os.read` and `os.write` on a socket's descriptor move the socket's bytes."""

    def use() -> bytes:
        first, second = socket.socketpair()
        with first, second:
            os.write(first.fileno(), b"through")
            return os.read(second.fileno(), 99)

    assert value(use) == b"through"


def test_pipes_of_event_loops() -> None:
    """A loop reads and writes pipes by `connect_read_pipe` and `connect_write_pipe`."""

    async def main() -> list[object]:
        reading, writing = os.pipe()
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader()
        read_transport, _ = await loop.connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(reading, "rb", 0)
        )
        write_transport, _ = await loop.connect_write_pipe(asyncio.BaseProtocol, os.fdopen(writing, "wb", 0))
        loop.call_later(1, write_transport.write, b"line\n")
        loop.call_later(2, write_transport.close)
        seen = [await reader.readline(), time.monotonic(), await reader.read(), time.monotonic()]
        read_transport.close()
        return seen

    assert value(lambda: asyncio.run(main())) == [b"line\n", 1001.0, b"", 1002.0]


@pytest.mark.parametrize("duplex", [False, True])
def test_pipes_of_multiprocessing(duplex: bool) -> None:  # noqa: FBT001 - one of two cases
    """A `multiprocessing.Pipe` passes objects between threads, and `poll` waits in virtual time."""

    def use() -> list[object]:
        receiving, sending = Pipe(duplex)
        threading.Timer(2, sending.send, ({"answer": 42},)).start()
        seen: list[object] = [receiving.poll(1), receiving.poll(5), time.monotonic(), receiving.recv()]
        receiving.close()
        sending.close()
        return seen

    assert value(use) == [False, True, 1002.0, {"answer": 42}]


def test_reading_a_pipe_as_another_thread_writes_it_whole() -> None:
    """A full exchange of a megabyte between two threads takes no simulated time."""

    def use() -> int:
        reading, writing = os.pipe()
        received = 0

        def read() -> None:
            nonlocal received
            while data := os.read(reading, 1 << 16):
                received += len(data)
            os.close(reading)

        in_threads(read, lambda: (os.write(writing, bytes(1_000_000)), os.close(writing)))
        return received

    run = simulate(use)
    assert (run.value, run.elapsed) == (1_000_000, 0)


def test_processes_are_refused() -> None:
    """A pool of processes can't be started."""
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415 - it is refused here only

    def use() -> None:
        with ProcessPoolExecutor(1) as pool:
            pool.submit(int).result()

    run = simulate(use)
    assert isinstance(run.error, NotSimulatedError)
    assert run.elapsed < SECOND
