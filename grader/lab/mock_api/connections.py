"""How many requests an aiohttp connector lets through at once."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aiohttp import BaseConnector
    from yarl import URL


class Connections:
    """The places that a connector has for requests in flight, in total and for each host; first come, first served.

    A mocked session never asks its connector for a connection, so ``TCPConnector(limit=…)`` would have no effect.
    """

    def __init__(self, connector: BaseConnector) -> None:
        """Take over the connector's limits; 0 means none."""
        self._limit = connector.limit
        self._limit_per_host = connector.limit_per_host
        self._taken: Counter[URL] = Counter()
        self._waiting: deque[tuple[URL, asyncio.Future[None]]] = deque()

    async def take(self, origin: URL, until: float | None) -> None:
        """Take a place for a request to `origin`, waiting for one if need be.

        Raises:
            TimeoutError: none was free by the loop's time `until`.
        """
        if self._has_place(origin):
            self._taken[origin] += 1
            return
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append((origin, turn))
        try:
            async with asyncio.timeout_at(until):
                await turn
        except BaseException:
            if turn.done() and not turn.cancelled():
                self.give_back(origin)
            else:
                self._waiting.remove((origin, turn))
            raise

    def give_back(self, origin: URL) -> None:
        """Give a place back, to the first that waits and may have it."""
        self._taken[origin] -= 1
        for waiting in self._waiting:
            if self._has_place(waiting[0]) and not waiting[1].done():
                self._waiting.remove(waiting)
                self._taken[waiting[0]] += 1
                waiting[1].set_result(None)
                return

    def _has_place(self, origin: URL) -> bool:
        if self._limit and self._taken.total() >= self._limit:
            return False
        return not self._limit_per_host or self._taken[origin] < self._limit_per_host
