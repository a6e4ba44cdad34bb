"""Looking at values without running any of the program's own code."""

from __future__ import annotations

import inspect
from collections import OrderedDict, defaultdict, deque
from types import FrameType, GetSetDescriptorType, MemberDescriptorType, ModuleType
from typing import Any

from grader.simulation._locks import SimulatedLock, SimulatedRLock
from grader.simulation.exploration._expressions import Attribute, Constant, Contents, Expression, Item, Membership, Name

MISSING: Any = object()
"""Stands for a value that isn't there or can't be had safely."""

_CLIP = 60
_SHOWN = 6
_DEPTH = 3
_SIMPLE = (int, float, complex, bool, str, bytes, type(None))
_CONTAINERS = (list, tuple, dict, set, frozenset, deque, bytearray, OrderedDict, defaultdict)


def evaluate(expression: Expression, frame: FrameType) -> Any:  # noqa: ANN401 - any value
    """Return what an expression stands for in a frame at this moment, or `MISSING`."""
    if isinstance(expression, Constant):
        return expression.value
    if isinstance(expression, Name):
        return _variable(expression, frame)
    owner = evaluate(expression.owner, frame)
    if owner is MISSING:
        return MISSING
    if isinstance(expression, Attribute):
        return _attribute(owner, expression.name)
    if isinstance(expression, Item):
        return _item(owner, evaluate(expression.key, frame))
    if isinstance(expression, Membership):
        found = _item(owner, evaluate(expression.key, frame)) if isinstance(owner, dict) else None
        return MISSING if found is None else found is not MISSING
    return owner if type(owner) in _CONTAINERS else MISSING


def place(expression: Expression, frame: FrameType) -> tuple[Any, str]:
    """Return the object that an expression is a part of, and which part: None if it can't be told.

    The part ``*`` is all of a container.
    """
    if isinstance(expression, Name):
        if expression.scope == "closure":
            return frame.f_code.co_filename, expression.name
        in_class = expression.scope == "body" and frame.f_locals is not frame.f_globals
        return (MISSING if in_class else frame.f_globals), expression.name
    if isinstance(expression, Attribute):
        return evaluate(expression.owner, frame), f".{expression.name}"
    if isinstance(expression, Item | Membership):
        owner, key = evaluate(expression.owner, frame), evaluate(expression.key, frame)
        one = type(key) in _SIMPLE and (isinstance(expression, Item) or isinstance(owner, dict))
        return (owner if type(owner) in _CONTAINERS else MISSING), (f"[{key!r}]" if one else "*")
    if isinstance(expression, Contents):
        owner = evaluate(expression.owner, frame)
        return (owner if type(owner) in _CONTAINERS else MISSING), "*"
    return MISSING, ""


def is_code(value: object) -> bool:
    """Tell whether a value is a function, a class or a module: part of the program, not of its state."""
    return isinstance(value, ModuleType | type | classmethod | staticmethod) or inspect.isroutine(value)


def show(value: object, depth: int = _DEPTH) -> str:
    """Write a value as `repr` does if it is a plain one, clipped, and else as the name of its class."""
    kind = type(value)
    if kind in _SIMPLE:
        text = repr(value)
    elif isinstance(value, SimulatedLock | SimulatedRLock):
        text = repr(value).replace(" simulated", "")
    elif kind in _CONTAINERS and depth:
        text = _show_container(value, depth - 1)
    else:
        text = f"<{kind.__name__}>"
    return text if len(text) <= _CLIP else f"{text[: _CLIP - 1]}…"


def _show_container(value: Any, depth: int) -> str:  # noqa: ANN401 - one of the containers
    if isinstance(value, bytearray):
        return repr(value)
    rest = ", …" if len(value) > _SHOWN else ""
    if isinstance(value, dict):
        pairs = [f"{show(key, depth)}: {show(item, depth)}" for key, item in list(dict.items(value))[:_SHOWN]]
        return "{" + ", ".join(pairs) + rest + "}"
    inner = ", ".join([show(item, depth) for item in list(value)[:_SHOWN]]) + rest
    if isinstance(value, tuple):
        return f"({inner},)" if len(value) == 1 else f"({inner})"
    if isinstance(value, set | frozenset):
        return "{" + inner + "}" if value else "set()"
    return f"[{inner}]"


def _variable(variable: Name, frame: FrameType) -> Any:  # noqa: ANN401 - any value
    if variable.scope != "global" and variable.name in frame.f_locals:
        return frame.f_locals[variable.name]
    if variable.scope in {"global", "body"}:
        return frame.f_globals.get(variable.name, frame.f_builtins.get(variable.name, MISSING))
    return MISSING


def _attribute(owner: object, name: str) -> Any:  # noqa: ANN401 - any value
    found = inspect.getattr_static(owner, name, MISSING)
    if isinstance(found, MemberDescriptorType | GetSetDescriptorType):
        # A slot. Reading one can't run anything.
        try:
            return found.__get__(owner, type(owner))
        except AttributeError:
            return MISSING
    # What a property or another descriptor would give takes running it.
    return found if is_code(found) or not hasattr(type(found), "__get__") else MISSING


def _item(owner: Any, key: Any) -> Any:  # noqa: ANN401 - any values
    if type(key) not in _SIMPLE:
        return MISSING
    try:
        if isinstance(owner, dict) and type(owner) in _CONTAINERS:
            return dict.get(owner, key, MISSING)
        if type(owner) in (list, tuple, str, bytes, bytearray, deque):
            return owner[key]
    except (IndexError, TypeError):
        pass
    return MISSING
