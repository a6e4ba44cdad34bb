"""Messages as lines of JSON, of bounded size, for whoever listens to processes that aren't trusted."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import socket

LINE_LIMIT = 1 << 20
"""Bytes of one message."""

TOTAL_LIMIT = 8 << 20
"""Bytes of all messages of one run."""

DEPTH_LIMIT = 50
"""Levels of lists and objects in a value."""

TOO_DEEP = "it is nested too deep"

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
        may_be_long = len(self._buffer) > LINE_LIMIT
        lines: list[bytes] = []
        if b"\n" in data:
            *lines, rest = bytes(self._buffer).split(b"\n")
            self._buffer = bytearray(rest)
        if self._left is None:
            return lines
        self._left -= len(data)
        if self._left < 0 or (may_be_long and max(map(len, (*lines, self._buffer))) > LINE_LIMIT):
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


def may_be_deep(line: bytes) -> bool:
    """Tell whether `check_depth` could refuse what a line of JSON says, without looking at what that is."""
    return line.count(b"{") + line.count(b"[") >= DEPTH_LIMIT


def check_depth(value: Any) -> None:  # noqa: ANN401 - any JSON value
    """Refuse a value that whoever looks at it might not get to the bottom of.

    Raises:
        MalformedError: it is nested too deep.
    """
    level = [value]
    for _ in range(DEPTH_LIMIT):
        inner: list[Any] = []
        for item in level:
            if isinstance(item, dict):
                inner += item.values()
            elif isinstance(item, list):
                inner += item
        if not inner:
            return
        level = inner
    raise MalformedError(TOO_DEEP)
