"""Which HTTP sessions a program made, how much it used each, and whether it closed them."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.lab.mock_api.moment import now, student_site

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.simulation import Site


@dataclass(frozen=True, slots=True)
class Session:
    """One HTTP session of the program.

    Attributes:
        number: from 1, in the order in which they became known.
        door: ``aiohttp`` or ``requests``.
        made_at: nanoseconds of simulated time at which it was made; for `requests`, at which it was first used.
        site: the program's line that did so, if known.
        requests: how many requests were made with it, served or not.
        closed: whether it was closed when the mock API was.
    """

    number: int
    door: str
    made_at: int
    site: Site | None
    requests: int
    closed: bool


@dataclass(slots=True)
class _Tracked:
    owner: object  # held so that its id can't become another's
    number: int
    door: str
    is_closed: Callable[[], bool]
    made_at: int
    site: Site | None
    requests: int = 0

    def record(self) -> Session:
        return Session(self.number, self.door, self.made_at, self.site, self.requests, self.is_closed())


class SessionLog:
    """Keeps an eye on sessions until the mock API is closed, and their records for ever."""

    def __init__(self) -> None:
        """Begin without any."""
        self._tracked: dict[int, _Tracked] = {}
        self._records: list[Session] | None = None
        # Requests may come from several real threads, outside a simulation. Nothing waits while it is held.
        self._lock = threading.Lock()

    def made(self, owner: object, door: str, is_closed: Callable[[], bool]) -> None:
        """Note a session.

        Args:
            owner: the object that stands for it.
            door: the library that it belongs to.
            is_closed: tells whether it is closed at the moment.
        """
        with self._lock:
            self._track(owner, door, is_closed)

    def used(self, owner: object, door: str, is_closed: Callable[[], bool]) -> int:
        """Count one more request of a session, noting it if it isn't known, and return its number."""
        with self._lock:
            tracked = self._track(owner, door, is_closed)
            tracked.requests += 1
            return tracked.number

    def records(self) -> list[Session]:
        """Return what is known of each session, in the order of their numbers."""
        if self._records is not None:
            return list(self._records)
        return [tracked.record() for tracked in self._tracked.values()]

    def conclude(self) -> None:
        """Keep the records as they are now, and let go of the sessions."""
        self._records = self.records()
        self._tracked.clear()

    def _track(self, owner: object, door: str, is_closed: Callable[[], bool]) -> _Tracked:
        tracked = self._tracked.get(id(owner))
        if tracked is None:
            number = len(self._tracked) + 1
            tracked = self._tracked[id(owner)] = _Tracked(owner, number, door, is_closed, now(), student_site())
        return tracked
