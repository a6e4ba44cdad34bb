"""The mock API in a child process that was not forked from one in which it is open."""

from __future__ import annotations

import atexit
from typing import TYPE_CHECKING, Any

from grader.lab.mock_api import MockApi, Route
from grader.lab.processes.announcing import Announcer

if TYPE_CHECKING:
    from grader.lab.processes.messenger import Messenger


def open_doors(routes: list[dict[str, Any]], messenger: Messenger) -> None:
    """Open the door for `requests` for as long as the process lives."""
    announcer = Announcer(messenger)
    api = MockApi(
        [Route(**route) for route in routes],
        announcer,
        doors=("requests_door",),
        pause=announcer.pause,
        on_unserved=announcer.unserved,
    )
    api.__enter__()
    atexit.register(api.__exit__)
