"""Turning what a submission returns into plain values, without running any code of its own."""

from __future__ import annotations

import math
from typing import Any

from grader.lab.http_types import ApiResult

_DEPTH_LIMIT = 20
_TEXT_LIMIT = 10_000
_ITEM_LIMIT = 5_000
_SIZE_LIMIT = 300_000
_ITEM_SIZE = 20
_BITS_LIMIT = 256
_NAME_LIMIT = 100


def plain(value: Any) -> Any:  # noqa: ANN401 - any value in, any JSON value out
    """Return `value` built of None, bool, int, float, str, list and dict alone.

    Only exact types count: an object of any other class, also of a subclass, becomes ``{"$": "opaque", "type": name}``,
    so that none can pretend to equal something. So does what is too large or too deep to travel. Bytes become
    ``{"$": "bytes", "text": …}``, with a character for each byte.
    """
    return _Plain().of(value, 0)


def result(status: int | None, body: Any, error: str | None) -> dict[str, Any]:  # noqa: ANN401 - any JSON value
    """Return what `plain` makes of an `ApiResult`, for comparison."""
    return {"$": "result", "fields": [status, body, error]}


def comparable(value: Any) -> Any:  # noqa: ANN401 - any plain value, with bytes in it
    """Return `value` with all bytes in its lists and dictionaries as `plain` has them, for comparison."""
    if isinstance(value, bytes):
        return _octets(value)
    if isinstance(value, list):
        return [comparable(item) for item in value]
    if isinstance(value, dict):
        return {key: comparable(item) for key, item in value.items()}
    return value


def _octets(value: bytes) -> dict[str, Any]:
    return {"$": "bytes", "text": value.decode("latin-1")}


def shown(value: Any, depth: int = 0) -> str:  # noqa: ANN401 - any plain value
    """Write a plain value as Python would, and an opaque one by its type."""
    if not isinstance(value, list | dict):
        return ascii(value)
    if depth > _DEPTH_LIMIT + 1:
        return "…"
    if isinstance(value, list):
        return f"[{_row(value, depth)}]"
    if "$" in value:
        return _shown_object(value, depth)
    return "{" + ", ".join(f"{key!a}: {shown(item, depth + 1)}" for key, item in value.items()) + "}"


def _shown_object(value: dict[str, Any], depth: int) -> str:
    items = value.get("items")
    match value["$"]:
        case "tuple":
            return f"({_row(items, depth)}{',' if isinstance(items, list) and len(items) == 1 else ''})"
        case "result":
            return f"ApiResult({_row(value.get('fields'), depth)})"
        case "bytes":
            text = value.get("text")
            return repr(text.encode("latin-1", "replace")) if isinstance(text, str) else "…"
    return f"<{value.get('type')} object>"


def _row(items: Any, depth: int) -> str:  # noqa: ANN401 - a list, if the sender is honest
    return ", ".join(shown(item, depth + 1) for item in items) if isinstance(items, list) else "…"


def name_of_type(kind: type) -> str:
    """Return the name of a class as the interpreter knows it, whatever its metaclass says."""
    name: str = type.__dict__["__name__"].__get__(kind)
    # A name may be an object of a subclass of `str`, with methods of its own.
    return clipped(str.__getitem__(name, slice(_NAME_LIMIT)), _NAME_LIMIT)


def clipped(text: str, limit: int) -> str:
    """Return text of bounded length that can be written as UTF-8."""
    return text[:limit].encode("utf-8", "backslashreplace").decode()


class _Plain:
    """One conversion; keeps account of its size, as a small value may hold itself many times over."""

    def __init__(self) -> None:
        self._room = _SIZE_LIMIT

    def of(self, value: Any, depth: int) -> Any:  # noqa: ANN401 - as `plain`
        self._room -= _ITEM_SIZE
        if type(value) is str:
            return self._text(value)
        if _is_scalar(value):
            return value
        made = self._container(value, depth + 1) if depth < _DEPTH_LIMIT and self._room > 0 else None
        return {"$": "opaque", "type": self._text(name_of_type(type(value)))} if made is None else made

    def _container(self, value: Any, depth: int) -> Any:  # noqa: ANN401 - as `plain`; None for what is no container
        kind = type(value)
        if kind is list:
            return self._items(value, depth)
        if kind is tuple:
            return {"$": "tuple", "items": self._items(value, depth)}
        if kind is bytes:
            return {"$": "bytes", "text": self._text(value[:_TEXT_LIMIT].decode("latin-1"))}
        if kind is dict and len(value) <= _ITEM_LIMIT and all(type(key) is str and key != "$" for key in value):
            return {self._text(key): self.of(item, depth) for key, item in value.items() if self._room > 0}
        if kind is ApiResult:
            return {"$": "result", "fields": [self.of(item, depth) for item in _fields(value)]}
        return None

    def _items(self, value: list[Any] | tuple[Any, ...], depth: int) -> list[Any]:
        """Convert items as long as there is room for them."""
        return [self.of(item, depth) for item in value[:_ITEM_LIMIT] if self._room > 0]

    def _text(self, value: str) -> str:
        text = clipped(value, max(0, min(_TEXT_LIMIT, self._room)))
        self._room -= len(text)
        return text


def _is_scalar(value: Any) -> bool:  # noqa: ANN401 - any value
    """Tell whether a value is one that JSON, and whoever reads it, can take as it is."""
    kind = type(value)
    if kind is float:
        return math.isfinite(value)
    if kind is int:
        return int.bit_length(value) <= _BITS_LIMIT
    return value is None or kind is bool


def _fields(value: ApiResult) -> list[Any]:
    """Return the fields, read from their slots whatever has become of the class; one that was never set is None."""
    found: list[Any] = []
    for slot in _SLOTS:
        try:
            found.append(slot.__get__(value))
        except AttributeError:
            found.append(None)
    return found


_SLOTS: list[Any] = [vars(ApiResult)[name] for name in ("status", "body", "error")]
