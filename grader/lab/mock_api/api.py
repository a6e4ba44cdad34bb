"""The mock API: routes behind several doors."""

from __future__ import annotations

import importlib
from contextlib import ExitStack
from importlib.util import find_spec
from typing import TYPE_CHECKING, Self

from grader.lab.libraries import DOORS, SOCKET_DOORS
from grader.lab.mock_api.exchange import Call, Desk
from grader.lab.mock_api.moment import pass_time
from grader.lab.mock_api.routes import Route, RouteTable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from contextlib import AbstractContextManager

    from grader.lab.mock_api.exchange import Announcer
    from grader.lab.mock_api.sessions import Session


def load_libraries() -> None:
    """Import all that may be needed behind the doors, before a program is there."""
    usable_doors()
    usable_doors(sockets=True)


def usable_doors(*doors: str, sockets: bool = False) -> list[Callable[[Desk], AbstractContextManager[None]]]:
    """Import the doors whose libraries are installed, and return what opens them.

    Args:
        doors: their names; none means all.
        sockets: those for raw sockets in place of those of libraries.
    """
    return [
        importlib.import_module(f"{__package__}.{door}").open_door
        for door, libraries in (SOCKET_DOORS if sockets else DOORS).items()
        if (not doors or door in doors) and all(find_spec(library) for library in libraries)
    ]


def doors_named_in(source: bytes) -> tuple[str, ...]:
    """Return the doors to whose library a program's text refers; none, which means all, where it refers to no library.

    To open a door takes longer than many a scenario. Who hides a library's name from the text gets no answers from it.
    """
    return tuple(door for door, libraries in DOORS.items() if libraries[0].encode() in source)


class MockApi:
    """An HTTP API that isn't there: whatever the program sends with `requests` or `aiohttp` arrives here instead.

    Routes with a wire are something else: servers in the simulated network, for programs that use sockets.

    It is open within its ``with`` block, once. Latency passes as a sleep where the request was made, so inside a
    simulation it is simulated; that of a server passes by itself. Time-outs, connection limits and errors are those of
    the real libraries. Not covered: redirects, retries after a failed connection, aiohttp's middlewares and traces.
    """

    def __init__(
        self,
        routes: Iterable[Route],
        announcer: Announcer,
        *,
        doors: tuple[str, ...] = (),
        pause: Callable[[float | None, str], None] = pass_time,
        on_unserved: Callable[[str], None] = lambda _text: None,
    ) -> None:
        """Make the API.

        Args:
            routes: the requests that it serves; any other fails as if its host weren't there, and is noted.
            announcer: hears of each request that a route serves, and decides the answers.
            doors: the only doors to open, such as ``requests_door``; none means all.
            pause: lets a latency of so many seconds pass, None for ever; it is told what is waited for.
            on_unserved: called, in words, with each request that no route serves.

        Raises:
            ValueError: two routes have the same key, or serve the same request; only some have a wire, or two with one
                have the same host and port.
        """
        table = RouteTable(routes)
        self.routes: tuple[Route, ...] = table.routes
        self._has_wires = any(route.wire is not None for route in self.routes)
        if self._has_wires:
            table.require_servers_of_their_own()
        self._desk = Desk(table, announcer, pause, on_unserved)
        self._wanted = doors
        self._doors = ExitStack()
        self._was_opened = False

    def __enter__(self) -> Self:
        """Open the doors.

        Raises:
            RuntimeError: this API has been opened before.
        """
        if self._was_opened:
            msg = "this mock API has been opened before; make a new one"
            raise RuntimeError(msg)
        self._was_opened = True
        with ExitStack() as stack:
            for open_door in usable_doors(sockets=True) if self._has_wires else usable_doors(*self._wanted):
                stack.enter_context(open_door(self._desk))
            self._doors = stack.pop_all()
        self._desk.is_open = True
        return self

    def __exit__(self, *exc_info: object) -> None:
        """Close the doors; nothing is announced any more."""
        self._desk.is_open = False
        self._desk.sessions.conclude()
        self._doors.close()

    def restart(self) -> None:
        """Go back to before the first request, for a program that is run again; the doors stay as they are."""
        self._desk.restart()

    @property
    def calls(self) -> list[Call]:
        """The requests that reached a route, in order of arrival."""
        return list(self._desk.calls)

    @property
    def unserved(self) -> list[str]:
        """The requests that no route serves, in words; each failed in the program, which may have hidden that."""
        return list(self._desk.unserved)

    @property
    def faults(self) -> list[str]:
        """What went wrong in the mock API itself, in words; not the program's fault."""
        return list(self._desk.faults)

    @property
    def sessions(self) -> list[Session]:
        """The HTTP sessions that the program made; as they were when the mock API was closed, if it has been."""
        return self._desk.sessions.records()
