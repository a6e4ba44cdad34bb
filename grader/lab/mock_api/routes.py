"""The requests that the mock API serves: which, how long each takes, and how it ends."""

from __future__ import annotations

import functools
import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args
from urllib.parse import parse_qsl, unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable

    from grader.lab.wire import Wire

Outcome = Literal["answer", "refused", "silent", "broken"]

_PORTS = {"http": 80, "https": 443}
_STATUSES = range(200, 600)
_LISTED = 10


@dataclass(frozen=True, slots=True)
class Route:
    """One request that the mock API serves.

    Attributes:
        key: what the announcer knows it by; unlike that of any other route.
        url: its absolute address. The order of query parameters doesn't matter.
        method: its HTTP method.
        latency: simulated seconds until the answer, or until the connection is refused.
        outcome: ``answer``, ``refused`` (the connection fails), ``silent`` (no answer ever comes) or, with `wire`,
            ``broken`` (the connection is closed in the middle of the answer).
        status: HTTP status of the answer, 200 to 599. The announcer decides the body.
        turn: of several routes that serve the same request, the one with turn 0 serves the first, and so on; the last
            one serves all that come after it.
        wire: makes it a server of its own in the simulated network, for programs that use sockets. Without it the
            request is answered where `requests` or `aiohttp` would reach for the network.
    """

    key: str
    url: str
    method: str = "POST"
    latency: float = 0.0
    outcome: Outcome = "answer"
    status: int = 200
    turn: int = 0
    wire: Wire | None = None

    def __post_init__(self) -> None:
        """Refuse what can't be served."""
        if not (math.isfinite(self.latency) and self.latency >= 0):
            msg = f"route {self.key!r}: the latency is a number of seconds, 0 or more, not {self.latency!r}"
            raise ValueError(msg)
        if self.outcome not in get_args(Outcome):
            msg = f"route {self.key!r}: the outcome is one of {', '.join(get_args(Outcome))}, not {self.outcome!r}"
            raise ValueError(msg)
        if self.outcome == "answer" and self.status not in _STATUSES:
            msg = f"route {self.key!r}: the status of an answer is 200 to 599, not {self.status!r}"
            raise ValueError(msg)
        if self.wire is None and self.outcome == "broken":
            msg = f"route {self.key!r}: only a route with a wire can be broken"
            raise ValueError(msg)
        if self.wire is not None and (problem := self.wire.problem()):
            msg = f"route {self.key!r}: {problem}"
            raise ValueError(msg)
        if self.wire is not None and urlsplit(self.url).scheme != "http":
            msg = f"route {self.key!r}: a server in the simulated network is http://, unlike {self.url!r}"
            raise ValueError(msg)
        if _address(self.url) is None:
            msg = f"route {self.key!r}: the address is http:// or https:// and a host, unlike {self.url!r}"
            raise ValueError(msg)


class RouteTable:
    """Finds the route of a request."""

    def __init__(self, routes: Iterable[Route]) -> None:
        """Take the routes.

        Raises:
            ValueError: two routes have the same key, or serve the same request at the same turn.
        """
        self.routes = tuple(routes)
        self._found: dict[object, list[Route]] = {}
        self._turns: Counter[object] = Counter()
        keys: set[str] = set()
        for route in sorted(self.routes, key=lambda route: route.turn):
            same = self._found.setdefault((route.method.upper(), _address(route.url)), [])
            if (same and same[-1].turn == route.turn) or route.key in keys:
                msg = f"route {route.key!r}: another route has the same key, or the same method and address"
                raise ValueError(msg)
            same.append(route)
            keys.add(route.key)

    def find(self, method: str, url: str) -> Route | None:
        """Return the route that serves a request, or None; where routes take turns, each call is one request."""
        place = (method.upper(), _address(url))
        found = self._found.get(place)
        if found is None:
            return None
        turn = self._turns[place]
        self._turns[place] += 1
        return found[min(turn, len(found) - 1)]

    def restart(self) -> None:
        """Let the first request be the first again."""
        self._turns.clear()

    def require_servers_of_their_own(self) -> None:
        """Check that every route can be a server of its own.

        Raises:
            ValueError: one has no wire, or two have the same host and port.
        """
        taken: set[object] = set()
        for route in self.routes:
            address = _address(route.url)
            place = () if address is None else address[1:3]
            if route.wire is None or place in taken:
                msg = f"route {route.key!r}: beside routes with a wire each needs one, and a host and port of its own"
                raise ValueError(msg)
            taken.add(place)

    def listed(self) -> str:
        """Name the routes there are, the first ten at most."""
        if not self.routes:
            return "none"
        every = list(dict.fromkeys(f"{route.method.upper()} {route.url}" for route in self.routes))
        names = every[:_LISTED]
        more = len(every) - len(names)
        return ", ".join(names) + (f" and {more} more" if more else "")


@functools.lru_cache(maxsize=200)
def _address(url: str) -> tuple[object, ...] | None:
    """Return what two spellings of one address have in common, or None if it isn't an absolute one.

    The libraries write the same address differently: with and without a slash for an empty path, with other escapes.
    """
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS.get(parts.scheme)
        query = sorted(parse_qsl(parts.query, keep_blank_values=True))
    except ValueError:
        return None
    if parts.scheme not in _PORTS or not parts.hostname:
        return None
    return (parts.scheme, parts.hostname, port, unquote(parts.path) or "/", *query)
