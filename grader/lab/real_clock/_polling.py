"""`select`, `poll`, `epoll` and selectors with scaled time-outs; event loops wait in a selector."""

from __future__ import annotations

import select
import selectors
from typing import TYPE_CHECKING, Any

from grader.lab.real_clock._pace import PACE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Self


def _scaled_select(real: Callable[..., Any]) -> Callable[..., Any]:
    def scaled(rlist: Any, wlist: Any, xlist: Any, timeout: float | None = None, /) -> Any:  # noqa: ANN401 - the real signature
        """Stand in for `select.select`."""
        return real(rlist, wlist, xlist, PACE.shortened(timeout))

    return scaled


class _ScaledPoll:
    """Stands in for the objects of `select.poll` and `select.epoll`, which can't be derived from."""

    def __init__(self, real: Any) -> None:  # noqa: ANN401 - an object of either kind
        self._real = real

    def poll(self, timeout: float | None = None, *maxevents: int) -> Any:  # noqa: ANN401 - as the real one
        """Wait for events."""
        return self._real.poll(PACE.shortened(timeout), *maxevents)

    def __enter__(self) -> Self:
        self._real.__enter__()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._real.__exit__(*exc_info)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - register, fileno and the like
        return getattr(self._real, name)


def _scaled_maker(real: Callable[..., Any]) -> Callable[..., _ScaledPoll]:
    def make(*args: Any, **kwargs: Any) -> _ScaledPoll:  # noqa: ANN401 - passed on
        return _ScaledPoll(real(*args, **kwargs))

    return make


def waiting_selectors() -> Iterator[type]:
    """Yield the classes of `selectors` that have a way to wait of their own.

    They hold the real functions of `select`, so nothing is scaled twice.
    """
    for kind in {id(value): value for value in vars(selectors).values()}.values():
        if isinstance(kind, type) and issubclass(kind, selectors.BaseSelector) and "select" in vars(kind):
            yield kind


def scaled_waiting(real: Callable[..., Any]) -> Callable[..., Any]:
    """Make a stand-in for a selector's `select`."""

    def scaled(self: selectors.BaseSelector, timeout: float | None = None) -> Any:  # noqa: ANN401 - as the real one
        """Wait for events."""
        return real(self, PACE.shortened(timeout))

    return scaled


REPLACEMENTS: dict[Any, Any] = {
    select.select: _scaled_select(select.select),
    **{
        getattr(select, name): _scaled_maker(getattr(select, name))
        for name in ("poll", "epoll")
        if hasattr(select, name)
    },
}
"""Each real function that any module may hold, and what stands in for it."""
