"""Describing what happened in a simulation as the plain data of an `Observation`."""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING, Any

from grader.lab.observation import Happening, Left, Place, Raised, Stop, Waiter

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from grader.simulation import Event, Leftover, Site, Standstill, Stuck

_EVENT_LIMIT = 3_000
_TEXT_LIMIT = 500
_NAME_LIMIT = 100
_GROUP_LIMIT = 50
_GROUP_DEPTH = 5
_LEFT_LIMIT = 100


def clipped(text: object, limit: int = _TEXT_LIMIT) -> str:
    """Return text of bounded length that can be written as UTF-8."""
    return str(text)[:limit].encode("utf-8", "backslashreplace").decode()


def place_of(site: Site | None) -> Place | None:
    """Describe a place in the submission."""
    return None if site is None else Place(site.line, clipped(site.function, _NAME_LIMIT), clipped(site.call, _NAME_LIMIT))


def happenings(events: Sequence[Event]) -> list[Happening]:
    """Describe the first events of a trace."""
    return [
        Happening(event.time, event.thread, event.task, event.kind, place_of(event.site), _scalars(event.data))
        for event in events[:_EVENT_LIMIT]
    ]


def left_behind(leftovers: Iterable[Leftover]) -> list[Left]:
    """Describe what was left behind."""
    return [
        Left(item.kind, clipped(item.name, _NAME_LIMIT), clipped(item.detail, _NAME_LIMIT), item.line)
        for item in list(leftovers)[:_LEFT_LIMIT]
    ]


def stop_of(standstill: Standstill) -> Stop:
    """Describe a standstill."""
    return Stop(standstill.reason, standstill.time, [_waiter(stuck) for stuck in standstill.stuck[:_LEFT_LIMIT]])


def raised(error: BaseException, watch: str, depth: int = 0) -> Raised:
    """Describe an exception, and the line of the file `watch` that it came from."""
    kinds = [kind.__name__ for kind in type.mro(type(error))]
    inner: list[Raised] = []
    if isinstance(error, BaseExceptionGroup) and depth < _GROUP_DEPTH:
        inner = [raised(item, watch, depth + 1) for item in error.exceptions[:_GROUP_LIMIT]]
    return Raised(
        kind=clipped(kinds[0], _NAME_LIMIT),
        kinds=[clipped(kind, _NAME_LIMIT) for kind in kinds[:20]],
        text=_text(error),
        place=_place(error, watch),
        inner=inner,
    )


def _text(error: BaseException) -> str:
    if isinstance(error, SyntaxError):
        return clipped(error.msg)
    try:
        return clipped(error)
    except Exception as inner:  # noqa: BLE001 - the submission's own __str__ may raise anything
        return f"(its text could not be had: {clipped(type(inner).__name__)})"


def _place(error: BaseException, watch: str) -> Place | None:
    if isinstance(error, SyntaxError) and error.filename == watch:
        return Place(error.lineno or 0, "", "")
    found = None
    for frame, line in traceback.walk_tb(error.__traceback__):
        if frame.f_code.co_filename == watch:
            found = Place(line, clipped(frame.f_code.co_qualname, _NAME_LIMIT), "")
    return found


def _waiter(stuck: Stuck) -> Waiter:
    return Waiter(
        name=clipped(stuck.name, _NAME_LIMIT),
        kind=stuck.kind,
        detail=clipped(stuck.detail, _NAME_LIMIT),
        place=place_of(stuck.site),
        holder=None if stuck.holder is None else clipped(stuck.holder, _NAME_LIMIT),
        holder_place=place_of(stuck.holder_site),
        holder_done=stuck.holder_done,
    )


def _scalars(data: dict[str, Any]) -> dict[str, str | int | float | bool | None]:
    plain: dict[str, str | int | float | bool | None] = {}
    for key, value in data.items():
        plain[key] = value if value is None or type(value) in (bool, int, float) else clipped(value, _NAME_LIMIT)
    return plain
