"""The libraries for HTTP that exercises speak of. To import them takes longer than everything else."""

from __future__ import annotations

DOORS = {"requests_door": ("requests", "responses"), "aiohttp_door": ("aiohttp", "aioresponses")}
"""By door of the mock API: the library whose requests arrive there, and the one that sees to that."""

SOCKET_DOORS = {"socket_door": ("h11",)}
"""The same, for programs that speak HTTP themselves."""

_NAMES = {name.encode() for libraries in (*DOORS.values(), *SOCKET_DOORS.values()) for name in libraries}


def are_named_in(source: bytes) -> bool:
    """Tell whether a program's text refers to any of them."""
    return any(name in source for name in _NAMES)
