"""Announcing requests to the judge, from whichever process they are sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from grader.lab.processes.messenger import Messenger


class Announcer:
    """Tells the judge of requests; `grader.lab.mock_api.Announcer` explains the calls."""

    def __init__(self, messenger: Messenger) -> None:
        """Make an announcer."""
        self._messenger = messenger

    def begin(self, key: str, details: dict[str, Any]) -> None:
        """Announce a request, and wait until its answer is due or the program gives up."""
        self._messenger.begin(key, details)

    def end(self, key: str) -> Any:  # noqa: ANN401 - any JSON value
        """Announce the end of a request, and collect its answer."""
        return self._messenger.end(key)

    def abandon(self, key: str, why: str) -> None:
        """Announce that a request ended without an answer."""
        self._messenger.abandon(key, {"why": why})

    def unserved(self, text: str) -> None:
        """Announce a request that no route serves."""
        self._messenger.tell({"do": "unserved", "text": text[:300]})

    @staticmethod
    def pause(seconds: float | None, what: str) -> None:
        """Let no more time pass: the judge has counted the latency already."""
