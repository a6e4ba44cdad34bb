"""What a program leaves behind."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Leftover:
    """Something that was still there when the function had returned and everything else had come to rest.

    Attributes:
        kind: ``thread``, ``task`` or ``socket``.
        name: the name of the thread or of the task's coroutine, or the socket's address.
        detail: what the thread or task was waiting for, in words; of a socket, ``open`` or ``dropped``.
        line: line of the watched files that it was at, or where the socket was made; 0 if unknown.
        daemon: whether it is a daemon thread, which a program may leave behind on purpose.
    """

    kind: str
    name: str
    detail: str
    line: int
    daemon: bool = False
