"""What a request says, as plain data that is the same for every library."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from collections.abc import Iterable


def headers_of(items: Iterable[tuple[Any, Any]]) -> dict[str, str]:
    """Return headers by name in lower case; a name that comes more than once has its values joined."""
    found: dict[str, str] = {}
    for key, value in items:
        name, text = _text(key).lower(), _text(value)
        found[name] = f"{found[name]}, {text}" if name in found else text
    return found


def body_of(raw: bytes) -> dict[str, Any]:
    """Return a request's body: ``json`` is its value if it is JSON, else ``body`` is its text; else they are None."""
    text = raw.decode("utf-8", "replace")
    if not text:
        return {"json": None, "body": None}
    try:
        return {"json": json.loads(text, parse_constant=_refuse), "body": None}
    except (ValueError, RecursionError):
        return {"json": None, "body": text}


def _text(value: Any) -> str:  # noqa: ANN401 - what libraries accept as a header
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def _refuse(constant: str) -> NoReturn:
    """Refuse what Python reads as JSON and nobody else does: NaN and infinities."""
    raise ValueError(constant)
