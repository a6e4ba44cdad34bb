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
    from collections.abc import Callable, Iterator

    from requests import Session

T = TypeVar("T")

_PLAIN = frozenset({type(None), bool, int, float, str, bytes})
_CONTAINERS = frozenset({list, tuple, set, frozenset})
_LIBRARIES = frozenset({"requests", "urllib3", "http", "collections"})
_DEPTH = 20
_METHODS = ("__init__", "request", "close")


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
        if trace is None or type(self) is not session or not _calls_nothing([vars(self), args, kwargs]):
            return method(self, *args, **kwargs)
        sys.settrace(None)
        try:
            return method(self, *args, **kwargs)
        finally:
            sys.settrace(trace)

    return call


def _calls_nothing(value: Any, depth: int = _DEPTH) -> bool:  # noqa: ANN401 - any value
    """Tell whether a value is data through and through, or belongs to a library."""
    kind = type(value)
    if kind in _PLAIN:
        return True
    if depth == 0:
        return False
    if kind is dict:
        return all(_calls_nothing(key, depth - 1) and _calls_nothing(item, depth - 1) for key, item in value.items())
    if kind in _CONTAINERS:
        return all(_calls_nothing(item, depth - 1) for item in value)
    return kind.__module__.partition(".")[0] in _LIBRARIES
