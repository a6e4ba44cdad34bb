"""The time limits of a request that is made with aiohttp."""

from __future__ import annotations

import asyncio
import math
from typing import TYPE_CHECKING, Any

import aiohttp

if TYPE_CHECKING:
    from yarl import URL

    from grader.lab.mock_api.connections import Connections


class Limits:
    """The time limits of one request, from now on.

    The real ones are timers. These are computed, so that an answer that comes exactly in time has come, in every run.

    Attributes:
        timeout: seconds after which a request without an answer is given up, or None.
        connect_timeout: seconds after which one without a connection is, or None.
    """

    def __init__(self, given: Any) -> None:  # noqa: ANN401 - whatever the program passed
        """Take what was given as ``timeout=``: a `ClientTimeout`, or the total in seconds, or None."""
        limits = given if isinstance(given, aiohttp.ClientTimeout) else aiohttp.ClientTimeout(total=given)
        self._limits = limits
        self.timeout = _least(limits.total, limits.sock_read)
        self.connect_timeout = _least(limits.total, limits.connect, limits.sock_connect)
        total = limits.total or 0
        self._total_at = _at(total, whole=total >= limits.ceil_threshold)
        self._connect_at = self._for_connecting(limits.connect)

    async def take(self, connections: Connections, url: URL) -> None:
        """Take a place of the connector's in time."""
        until = min(self._total_at, self._connect_at)
        try:
            await connections.take(url.origin(), None if math.isinf(until) else until)
        except TimeoutError:
            if self._connect_at < self._total_at:
                raise _no_connection(url) from None
            raise

    def patience(self, url: URL, *, connecting: bool) -> tuple[float | None, Exception]:
        """Return the seconds left, or None, and what is raised when they are over."""
        total: tuple[float, Exception] = (self._total_at, TimeoutError())
        if connecting:
            error = _no_connection(url)
            others = [(self._connect_at, error), (self._for_connecting(self._limits.sock_connect), error)]
        else:
            error = aiohttp.SocketTimeoutError("Timeout on reading data from socket")
            others = [(_at(self._limits.sock_read), error)]
        until, raised = min([total, *others], key=lambda item: item[0])
        # To the nanosecond: differences of the clock's readings are off by less.
        left = None if math.isinf(until) else round(until - asyncio.get_running_loop().time(), 9)
        return left, raised

    def _for_connecting(self, seconds: float | None) -> float:
        # The total includes the threshold, these limits don't.
        return _at(seconds, whole=(seconds or 0) > self._limits.ceil_threshold)


def _at(seconds: float | None, *, whole: bool = False) -> float:
    """Return the loop's time in so many seconds; infinity for None and 0, which mean no limit.

    Args:
        seconds: from now.
        whole: whether it is rounded up to a whole second of the loop's clock, as aiohttp does with long limits.
    """
    if seconds is None or seconds <= 0:
        return math.inf
    until = asyncio.get_running_loop().time() + seconds
    return math.ceil(until) if whole else until


def _least(*seconds: float | None) -> float | None:
    return min((item for item in seconds if item is not None and item > 0), default=None)


def _no_connection(url: URL) -> Exception:
    return aiohttp.ConnectionTimeoutError(f"Connection timeout to host {url}")
