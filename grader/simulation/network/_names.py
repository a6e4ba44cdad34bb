"""Host names and addresses of the simulated network; no real look-up is ever made."""

from __future__ import annotations

import errno
import os
import socket
from typing import TYPE_CHECKING, Any, NoReturn

from grader.simulation import _scheduler
from grader.simulation.network import _network

if TYPE_CHECKING:
    from grader.simulation.network._endpoint import Address

_real_getaddrinfo = socket.getaddrinfo
_real_gethostbyname = socket.gethostbyname
_real_gethostbyname_ex = socket.gethostbyname_ex
_real_gethostbyaddr = socket.gethostbyaddr
_real_getnameinfo = socket.getnameinfo

_LAST_PORT = 65_535
_PAIR = 2


def getaddrinfo(  # noqa: PLR0913, PLR0917 - the real signature
    host: str | bytes | None,
    port: str | int | None,
    family: int = 0,
    type: int = 0,  # noqa: A002 - the real signature
    proto: int = 0,
    flags: int = 0,
) -> list[Any]:
    """Stand in for `socket.getaddrinfo`: knows the loopback, numeric addresses and hosts that somebody listens on.

    Raises:
        UnknownHostError: any other name.
    """
    if _scheduler.active() is None:
        return _real_getaddrinfo(host, port, family, type, proto, flags)
    name = "localhost" if host is None else host.decode() if isinstance(host, bytes) else host
    check_known(name)
    number = socket.getservbyname(port) if isinstance(port, str) and not port.isdigit() else int(port or 0)
    if family == socket.AF_INET6 or ":" in name:
        address: Address = ("::1" if name == "localhost" else name, number, 0, 0)
        return [(socket.AF_INET6, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", address)]
    address = ("127.0.0.1" if name in {"localhost", ""} else name, number)
    return [(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", address)]


def gethostbyname(host: str, /) -> str:
    """Stand in for `socket.gethostbyname`."""
    if _scheduler.active() is None:
        return _real_gethostbyname(host)
    found: str = getaddrinfo(host, 0, socket.AF_INET)[0][4][0]
    return found


def gethostbyname_ex(host: str, /) -> tuple[str, list[str], list[str]]:
    """Stand in for `socket.gethostbyname_ex`."""
    if _scheduler.active() is None:
        return _real_gethostbyname_ex(host)
    return host, [], [gethostbyname(host)]


def gethostbyaddr(host: str, /) -> tuple[str, list[str], list[str]]:
    """Stand in for `socket.gethostbyaddr`."""
    if _scheduler.active() is None:
        return _real_gethostbyaddr(host)
    address = gethostbyname(host)
    return "localhost" if address == "127.0.0.1" else host, [], [address]


def getnameinfo(address: tuple[Any, ...], flags: int, /) -> tuple[str, str]:
    """Stand in for `socket.getnameinfo`."""
    if _scheduler.active() is None:
        return _real_getnameinfo(address, flags)
    return str(address[0]), str(address[1])


REPLACEMENTS: dict[Any, Any] = {
    _real_getaddrinfo: getaddrinfo,
    _real_gethostbyname: gethostbyname,
    _real_gethostbyname_ex: gethostbyname_ex,
    _real_gethostbyaddr: gethostbyaddr,
    _real_getnameinfo: getnameinfo,
}
"""Each real function that any module may hold, and what stands in for it."""


def checked(address: Address, family: int, call: str) -> Address:
    """Return an address as `getsockname` would show it.

    Raises:
        TypeError: it isn't an address of this family.
        OverflowError: the port is out of range.
        UnknownHostError: nobody has that name.
    """
    if family == socket.AF_UNIX:
        return address if isinstance(address, bytes) else os.fspath(address)
    shown = socket.AddressFamily(family).name
    if not isinstance(address, tuple):
        msg = f"{call}(): {shown} address must be tuple, not {type(address).__name__}"
        raise TypeError(msg)
    if len(address) < _PAIR or (family == socket.AF_INET and len(address) > _PAIR):
        msg = f"{shown} address must be a pair (host, port)"
        raise TypeError(msg)
    host, port = address[:2]
    host = host.decode() if isinstance(host, (bytes, bytearray)) else host
    if not isinstance(host, str):
        msg = f"str, bytes or bytearray expected, not {type(host).__name__}"
        raise TypeError(msg)
    if not isinstance(port, int):
        msg = f"'{type(port).__name__}' object cannot be interpreted as an integer"
        raise TypeError(msg)
    if not 0 <= port <= _LAST_PORT:
        msg = f"{call}(): port must be 0-65535."
        raise OverflowError(msg)
    if family == socket.AF_INET6:
        return ({"localhost": "::1", "": "::"}.get(host, host), port, *(*address[2:], 0, 0)[:2])
    return ({"localhost": "127.0.0.1", "": "0.0.0.0"}.get(host, host), port)  # noqa: S104 - what the real one shows


def check_known(host: str) -> None:
    """Raise `UnknownHostError` for a name that nobody has."""
    if not _network.current().knows(host):
        _unknown_host(host)


def error(number: int) -> OSError:
    """Make the exception of an error number."""
    return OSError(number, os.strerror(number))


def no_listener(address: Address, family: int) -> OSError:
    """Make the exception for an address at which nobody listens."""
    if family == socket.AF_UNIX and not _network.current().is_bound(address):
        return error(errno.ENOENT)
    return error(errno.ECONNREFUSED)


def _unknown_host(name: str) -> NoReturn:
    scheduler = _scheduler.active()
    if scheduler is not None:
        scheduler.record("refused", scheduler.trace.caller(), call=f"look-up of the host {name!r}")
    msg = f"the simulated network has no host {name!r}; no real look-up is made. Listen on it first, or mock it"
    raise _network.UnknownHostError(socket.EAI_NONAME, msg)
