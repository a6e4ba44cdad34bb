"""Messages between judge, supervisor and worker: one line of JSON each, of bounded size."""

from __future__ import annotations

import json
import socket
from typing import Any

LINE_LIMIT = 1 << 20
"""Bytes of one message."""

TOTAL_LIMIT = 8 << 20
"""Bytes of all messages of one run."""


class MalformedError(Exception):
    """The other side sent something that is no message."""


def encode(message: dict[str, Any]) -> bytes:
    """Return a message as a line."""
    return json.dumps(message, allow_nan=False, separators=(",", ":")).encode() + b"\n"


class LineReader:
    """Collects received bytes and yields whole lines, within limits."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._total = 0

    def feed(self, data: bytes) -> list[bytes]:
        """Take received bytes; return the lines that are complete now.

        Raises:
            MalformedError: a line, or all of them, grew too long.
        """
        self._buffer += data
        self._total += len(data)
        *lines, rest = bytes(self._buffer).split(b"\n") if b"\n" in data else (bytes(self._buffer),)
        if b"\n" in data:
            self._buffer = bytearray(rest)
        else:
            lines = []
        if self._total > TOTAL_LIMIT or len(self._buffer) > LINE_LIMIT or any(len(line) > LINE_LIMIT for line in lines):
            msg = "it is too long"
            raise MalformedError(msg)
        return lines


def receive_line(connection: socket.socket, reader: LineReader) -> bytes | None:
    """Wait for one line; None when the other side has closed."""
    while True:
        data = connection.recv(65_536)
        if not data:
            return None
        lines = reader.feed(data)
        if lines:
            return lines[0]
