"""How the bytes of an HTTP exchange travel, where a program uses sockets and so can see it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, get_args

Framing = Literal["length", "chunked", "close"]

INTERVAL = 0.1
"""Simulated seconds between two times that a server takes a part of a request."""

MISREAD = "No HTTP/1.1 request is what arrived at"
"""How the words begin that tell what a server couldn't understand."""


@dataclass(frozen=True, slots=True)
class Wire:
    """How the bytes of a request and its answer travel, for programs that use sockets themselves.

    Attributes:
        connect: simulated seconds until the connection stands, or is refused.
        takes: how many bytes of the request the server takes at a time, every `INTERVAL`; 0: all, at once.
        pieces: in how many pieces the answer comes: evenly spread over the latency, the last one at its end. A
            silent server leaves the last one out.
        framing: how the end of the answer's body is told: by a ``length``, by being ``chunked``, or by the ``close`` of
            the connection.
    """

    connect: float = 0.0
    takes: int = 0
    pieces: int = 1
    framing: Framing = "length"

    def problem(self) -> str:
        """Say what can't be served; nothing if all can."""
        if not (math.isfinite(self.connect) and self.connect >= 0):
            return f"a connection takes a number of seconds, 0 or more, not {self.connect!r}"
        if self.takes < 0:
            return f"a server takes a number of bytes at a time, or 0 for all, not {self.takes!r}"
        if self.pieces < 1:
            return f"an answer comes in 1 piece or more, not in {self.pieces!r}"
        if self.framing not in get_args(Framing):
            return f"the framing is one of {', '.join(get_args(Framing))}, not {self.framing!r}"
        return ""
