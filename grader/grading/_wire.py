"""Messages between judge, nursery, slot and worker: one line of JSON each, of bounded size."""

from __future__ import annotations

import json
import socket
from typing import Any

LINE_LIMIT = 1 << 20
"""Bytes of one message."""

TOTAL_LIMIT = 8 << 20
"""Bytes of all messages of one run."""

_CHUNK = 1 << 16


class MalformedError(Exception):
    """The other side sent something that is no message; the text says what is wrong with it."""


def encode(message: dict[str, Any]) -> bytes:
    """Return a message as a line."""
    return json.dumps(message, allow_nan=False, separators=(",", ":")).encode() + b"\n"


class LineReader:
    """Collects received bytes and yields whole lines, within limits."""

    def __init__(self, total: int | None = TOTAL_LIMIT) -> None:
        """Begin to collect; `total` bytes at most, None for a side that is trusted."""
        self._buffer = bytearray()
        self._left = total

    def feed(self, data: bytes) -> list[bytes]:
        """Take received bytes; return the lines that are complete now.

        Raises:
            MalformedError: a line, or all of them, grew too long.
        """
        self._buffer += data
        lines: list[bytes] = []
        if b"\n" in data:
            *lines, rest = bytes(self._buffer).split(b"\n")
            self._buffer = bytearray(rest)
        if self._left is None:
            return lines
        self._left -= len(data)
        if self._left < 0 or len(self._buffer) > LINE_LIMIT or any(len(line) > LINE_LIMIT for line in lines):
            msg = "it is too long"
            raise MalformedError(msg)
        return lines


def receive_line(connection: socket.socket, reader: LineReader) -> bytes | None:
    """Wait for one line; None when the other side has closed."""
    while data := connection.recv(_CHUNK):
        lines = reader.feed(data)
        if lines:
            return lines[0]
    return None


class Channel:
    """A connection between two sides that trust each other: messages, and descriptors that come along with them."""

    def __init__(self, connection: socket.socket) -> None:
        """Take over a connection."""
        self._connection = connection
        self._reader = LineReader(total=None)
        self._waiting: list[dict[str, Any]] = []
        self._descriptors: list[int] = []

    def fileno(self) -> int:
        """Return the descriptor, for selectors."""
        return self._connection.fileno()

    def send(self, message: dict[str, Any], descriptors: tuple[int, ...] = ()) -> None:
        """Send a message.

        Raises:
            OSError: the other side is gone.
        """
        data = encode(message)
        sent = socket.send_fds(self._connection, [data], descriptors) if descriptors else 0
        self._connection.sendall(data[sent:])

    def receive(self, timeout: float | None = None) -> dict[str, Any]:
        """Wait for a message.

        Raises:
            ConnectionError: the other side is gone.
            TimeoutError: nothing came in `timeout` seconds.
        """
        self._connection.settimeout(timeout)
        try:
            while not self._waiting:
                self._fill()
        finally:
            self._connection.settimeout(None)
        return self._waiting.pop(0)

    def arrived(self) -> list[dict[str, Any]]:
        """Return the messages that are there, once a selector has said that there is something to read.

        Raises:
            ConnectionError: the other side is gone.
        """
        self._fill()
        messages, self._waiting = self._waiting, []
        return messages

    def take_descriptors(self, number: int) -> list[int]:
        """Return descriptors that came along with the messages so far, in the order in which they were sent."""
        taken, self._descriptors = self._descriptors[:number], self._descriptors[number:]
        return taken

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _fill(self) -> None:
        data, descriptors, _, _ = socket.recv_fds(self._connection, _CHUNK, 4)
        self._descriptors += descriptors
        if not data:
            raise ConnectionResetError
        self._waiting += [json.loads(line) for line in self._reader.feed(data)]
