"""Sending with `requests` under a trace function, without tracing `requests` itself.

On Python 3.11 schedules are explored with a trace function, which is called for each of the hundreds of calls that
`requests` makes for one request: that takes longer than the request. None of these calls is the program's own, unless
it has given the session something to call, such as a hook.
"""

from __future__ import annotations

import functools
import sys
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any, TypeVar
from unittest.mock import patch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from requests import Session

T = TypeVar("T")

_CONTAINERS = frozenset({list, tuple, set, frozenset})
_LIBRARIES = frozenset({"requests", "urllib3", "http", "collections"})
_DEPTH = 20
_METHODS = ("__init__", "request", "close")

_harmless: set[type] = {type(None), bool, int, float, str, bytes}
"""Types whose values call nothing; those of libraries are added when one is met."""


@contextmanager
def quick_sessions() -> Iterator[None]:
    """Trace nothing of what `requests` does in a session that has nothing of the program's to call."""
    requests = sys.modules.get("requests")
    if requests is None or sys.version_info >= (3, 12):  # where nothing is called for files that nobody asks about
        yield
        return
    session = requests.Session
    with ExitStack() as stack:
        for name in _METHODS:
            stack.enter_context(patch.object(session, name, _untraced(session, vars(session)[name])))
        yield


def _untraced(session: type[Session], method: Callable[..., T]) -> Callable[..., T]:
    @functools.wraps(method)
    def call(self: Session, /, *args: Any, **kwargs: Any) -> T:  # noqa: ANN401 - passed on
        trace = sys.gettrace()
        if trace is None or type(self) is not session or not _calls_nothing((vars(self), args, kwargs)):
            return method(self, *args, **kwargs)
        sys.settrace(None)
        try:
            return method(self, *args, **kwargs)
        finally:
            sys.settrace(trace)

    return call


def _calls_nothing(values: Iterable[Any], depth: int = _DEPTH) -> bool:
    """Tell whether values are data through and through, or belong to a library."""
    for value in values:
        kind = type(value)
        if kind in _harmless:
            continue
        if depth > 0 and kind is dict:
            if not (_calls_nothing(value, depth - 1) and _calls_nothing(value.values(), depth - 1)):
                return False
        elif depth > 0 and kind in _CONTAINERS:
            if not _calls_nothing(value, depth - 1):
                return False
        elif kind.__module__.partition(".")[0] in _LIBRARIES:
            _harmless.add(kind)
        else:
            return False
    return True
