"""Time-outs of sockets: set in the program's seconds, kept in real ones."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Any

from grader.lab.real_clock._pace import PACE

if TYPE_CHECKING:
    from collections.abc import Callable


def scaled_setter(real: Callable[..., None]) -> Callable[..., None]:
    """Make a stand-in for `settimeout` of sockets, or for `setdefaulttimeout`; the time-out is the last argument."""

    def scaled(*args: Any) -> None:  # noqa: ANN401 - passed on
        *others, timeout = args
        real(*others, PACE.shortened(timeout))

    return scaled


def scaled_getter(real: Callable[..., float | None]) -> Callable[..., float | None]:
    """Make a stand-in for `gettimeout` of sockets, or for `getdefaulttimeout`."""

    def scaled(*args: Any) -> float | None:  # noqa: ANN401 - passed on
        timeout = real(*args)
        return None if timeout is None else timeout * PACE.factor

    return scaled


REPLACEMENTS: dict[Any, Any] = {
    socket.setdefaulttimeout: scaled_setter(socket.setdefaulttimeout),
    socket.getdefaulttimeout: scaled_getter(socket.getdefaulttimeout),
}
"""Each real function that any module may hold, and what stands in for it."""
