"""Tests of the worker's way to the judge's witness."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, cast

from grader.grading._worker import _Witness

if TYPE_CHECKING:
    import socket


class Connection:
    """Stands in for the connection to the judge, and notes whether one thread at a time was let in."""

    def __init__(self) -> None:
        self.witness: _Witness | None = None
        self.sent: list[dict[str, object]] = []
        self.alone: list[bool] = []

    def sendall(self, data: bytes) -> None:
        """Take a message."""
        self.sent.append(json.loads(data))
        self._look()

    def recv(self, _size: int) -> bytes:
        """Reply to the last message."""
        self._look()
        return json.dumps({"payload": self.sent[-1]["key"]}).encode() + b"\n"

    def _look(self) -> None:
        assert self.witness is not None
        self.alone.append(self.witness._lock.locked())


def test_each_thread_gets_its_own_reply() -> None:
    """Nobody else may speak between a question and its reply: on the real clock, several threads ask at once."""
    connection = Connection()
    witness = connection.witness = _Witness(cast("socket.socket", connection))
    witness.begin("one", {})
    assert witness.end("one") == "one"
    witness.note("one", {})
    witness.abandon("one", {})
    assert [message["do"] for message in connection.sent] == ["begin", "end", "note", "abandon"]
    assert connection.alone == [True] * 5
