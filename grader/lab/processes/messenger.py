"""The way from a job, in whichever process it runs, to the judge.

Each job that begins has a connection of its own. So nothing is shared with processes that are forked meanwhile, and the
judge knows from the system which process it speaks with, and sees it when that one dies.
"""

from __future__ import annotations

import json
import os
import signal
import socket
from typing import TYPE_CHECKING, Any

from grader.lab.json_lines import LineReader, encode, receive_line
from grader.lab.processes.addresses import usable

if TYPE_CHECKING:
    from collections.abc import Collection


class Messenger:
    """Announces jobs to the judge, and lets each wait until the judge says that its time is over."""

    def __init__(self, address: str, caller: int, deadly: Collection[str] = ()) -> None:
        """Make a messenger; nothing is connected yet.

        Args:
            address: where the judge listens.
            caller: number of the process that calls the student's function.
            deadly: jobs whose process is killed when their time is over, unless it is the caller's.
        """
        self._address = address
        self._caller = caller
        self._deadly = frozenset(deadly)
        self._connections: dict[tuple[int, str], socket.socket] = {}

    def begin(self, key: str, details: dict[str, Any]) -> None:
        """Announce a begin, and wait until the job's time is over."""
        connection = self._connect()
        try:
            _ask(connection, {"do": "begin", "key": key, "details": details})
        except BaseException:
            connection.close()
            raise
        self._connections[os.getpid(), key] = connection
        if key in self._deadly and os.getpid() != self._caller:
            os.kill(os.getpid(), signal.SIGKILL)

    def end(self, key: str) -> Any:  # noqa: ANN401 - any JSON value
        """Announce an end, and collect what the job returns; None if it isn't in progress here."""
        connection = self._connections.pop((os.getpid(), key), None)
        if connection is None:
            return None
        with connection:
            return _ask(connection, {"do": "end", "key": key}).get("payload")

    def abandon(self, key: str, details: dict[str, Any]) -> None:
        """Announce an end without a result."""
        connection = self._connections.pop((os.getpid(), key), None)
        if connection is not None:
            with connection:
                _ask(connection, {"do": "abandon", "key": key, "details": details})

    def note(self, key: str, details: dict[str, Any]) -> None:
        """Tell something about a job, or about the call."""
        self.tell({"do": "note", "key": key, "details": details})

    def tell(self, message: dict[str, Any]) -> dict[str, Any]:
        """Send a message, wait until the judge has noted it, and return what it says."""
        with self._connect() as connection:
            return _ask(connection, message)

    def _connect(self) -> socket.socket:
        connection = socket.socket(socket.AF_UNIX)
        try:
            with usable(self._address) as name:
                connection.connect(name)
        except BaseException:
            connection.close()
            raise
        return connection


def _ask(connection: socket.socket, message: dict[str, Any]) -> dict[str, Any]:
    """Send a message and wait for the judge's word.

    Raises:
        ConnectionError: the judge listens no longer.
    """
    connection.sendall(encode(message))
    line = receive_line(connection, LineReader())
    if line is None:
        msg = "the judge listens no longer"
        raise ConnectionResetError(msg)
    reply: dict[str, Any] = json.loads(line)
    return reply


_current: Messenger | None = None


def install(messenger: Messenger | None) -> None:
    """Make this the messenger of the process and of those that are forked from it."""
    global _current  # noqa: PLW0603 - one for each process, which is what a global variable is
    _current = messenger


def current() -> Messenger:
    """Return the messenger of this process.

    Raises:
        RuntimeError: there is none, as the process has not been prepared.
    """
    if _current is None:
        msg = "this process doesn't know where the judge listens"
        raise RuntimeError(msg)
    return _current
