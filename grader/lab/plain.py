"""Turning what a submission returns into plain values, without running any code of its own."""

from __future__ import annotations

from typing import Any

from grader.lab.http_types import ApiResult

_DEPTH_LIMIT = 20
_TEXT_LIMIT = 10_000
_ITEM_LIMIT = 5_000
_EXACT = (type(None), bool, int, float)


def plain(value: Any, depth: int = 0) -> Any:  # noqa: ANN401 - any value in, any JSON value out
    """Return `value` built of None, bool, int, float, str, list and dict alone.

    Only exact types count: an object of any other class, also of a subclass, becomes ``{"$": "opaque", "type": name}``, so
    that none can pretend to equal something.
    """
    kind = type(value)
    if kind in _EXACT:
        return value if kind is not float or value == value and abs(value) != float("inf") else _opaque(value)
    if kind is str:
        return value[:_TEXT_LIMIT].encode("utf-8", "backslashreplace").decode()
    if depth >= _DEPTH_LIMIT:
        return _opaque(value)
    if kind is list:
        return [plain(item, depth + 1) for item in value[:_ITEM_LIMIT]]
    if kind is tuple:
        return {"$": "tuple", "items": [plain(item, depth + 1) for item in value[:_ITEM_LIMIT]]}
    if kind is dict and len(value) <= _ITEM_LIMIT and all(type(key) is str for key in value) and "$" not in value:
        return {plain(key): plain(item, depth + 1) for key, item in value.items()}
    if kind is ApiResult:
        fields = (value.status, value.body, value.error)
        return {"$": "result", "fields": [plain(item, depth + 1) for item in fields]}
    return _opaque(value)


def result(status: int | None, body: Any, error: str | None) -> dict[str, Any]:  # noqa: ANN401 - any JSON value
    """Return what `plain` makes of an `ApiResult`, for comparison."""
    return {"$": "result", "fields": [status, body, error]}


def shown(value: Any) -> str:  # noqa: ANN401 - any plain value
    """Write a plain value as Python would, and an opaque one by its type."""
    if isinstance(value, list):
        return f"[{', '.join(map(shown, value))}]"
    if not isinstance(value, dict):
        return ascii(value)
    match value.get("$"):
        case "opaque":
            return f"<{value.get('type')}>"
        case "tuple":
            return f"({', '.join(map(shown, value.get('items', [])))})"
        case "result":
            return f"ApiResult({', '.join(map(shown, value.get('fields', [])))})"
    return "{" + ", ".join(f"{ascii(key)}: {shown(item)}" for key, item in value.items()) + "}"


def _opaque(value: object) -> dict[str, Any]:
    return {"$": "opaque", "type": type.__dict__["__name__"].__get__(type(value))[:100]}
