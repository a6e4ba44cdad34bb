"""Channels between judge, nursery and slot: messages, one line of JSON each, and descriptors."""

from __future__ import annotations

import json
import socket
from typing import Any

from grader.lab.json_lines import LineReader, encode

_CHUNK = 1 << 16


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
