"""Calls that only look at something: a program that does nothing else is busy waiting, and time must pass for it."""

from __future__ import annotations

import queue
import threading
from typing import TYPE_CHECKING, Any

from grader.simulation._scheduler import look
from grader.simulation._trace import shown_as

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.simulation._patching import Patches


def install(patches: Patches) -> None:
    """Count the looks at events, queues and semaphores."""
    patches.set(threading.Event, "is_set", _looking(threading.Event.is_set))
    patches.set(threading.Semaphore, "acquire", _trying(threading.Semaphore.acquire))
    for kind in (queue.Queue, vars(queue)["_PySimpleQueue"]):
        for name in ("empty", "full", "qsize"):
            if name in vars(kind):
                patches.set(kind, name, _looking(vars(kind)[name]))
        patches.set(kind, "get", _trying(kind.get))
    patches.set(queue.Queue, "put", _trying(queue.Queue.put))


def _looking(real: Callable[..., Any]) -> Callable[..., Any]:
    def _look(self: Any) -> Any:  # noqa: ANN401 - a method of several classes
        look()
        return real(self)

    return shown_as(_name_of(real), _look)


def _trying(real: Callable[..., Any]) -> Callable[..., Any]:
    def _try(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - a method of several classes
        try:
            result = real(*args, **kwargs)
        except (queue.Empty, queue.Full):
            look()
            raise
        if result is False:
            look()
        return result

    return shown_as(_name_of(real), _try)


def _name_of(real: Callable[..., Any]) -> str:
    return real.__qualname__.replace("_PySimple", "Simple")
