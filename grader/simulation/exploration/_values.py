"""Looking at values without running any of the program's own code.

So nothing here asks a value for its class with `isinstance`, which may call code of the value's, and only values of
exact built-in types are looked into.
"""

from __future__ import annotations

import inspect
import types
from collections import OrderedDict, defaultdict, deque
from itertools import islice
from typing import Any

from grader.simulation._locks import SimulatedLock, SimulatedRLock
from grader.simulation.exploration._expressions import Attribute, Constant, Expression, Item, Membership, Name

MISSING: Any = object()
"""Stands for a value that isn't there or can't be had safely."""

_CLIP = 60
_SHOWN = 6
_DEPTH = 3
_LARGE_BITS = 200
_SIMPLE = frozenset({int, float, complex, bool, str, bytes, type(None)})
_SEQUENCES = frozenset({list, tuple, deque})
_DICTIONARIES = frozenset({dict, OrderedDict, defaultdict})
_CONTAINERS = _SEQUENCES | _DICTIONARIES | {set, frozenset}
_LOCKS = frozenset({SimulatedLock, SimulatedRLock})
_CODE = (
    *(type, types.ModuleType, types.FunctionType, types.MethodType, types.BuiltinFunctionType, types.MethodWrapperType),
    *(types.WrapperDescriptorType, types.MethodDescriptorType, types.ClassMethodDescriptorType),
    *(classmethod, staticmethod),
)
_SLOTS = (types.MemberDescriptorType, types.GetSetDescriptorType)


def evaluate(expression: Expression, frame: types.FrameType) -> Any:  # noqa: ANN401 - any value
    """Return what an expression stands for in a frame at this moment, or `MISSING`."""
    if isinstance(expression, Constant):
        return expression.value
    if isinstance(expression, Name):
        return _variable(expression, frame)
    owner = evaluate(expression.owner, frame)
    if owner is MISSING:
        value = MISSING
    elif isinstance(expression, Attribute):
        value = _attribute(owner, expression.name)
    elif isinstance(expression, Item):
        value = _item(owner, evaluate(expression.key, frame))
    elif isinstance(expression, Membership):
        # In a dictionary only: elsewhere it takes comparing, which may run code.
        found = _item(owner, evaluate(expression.key, frame)) if type(owner) in _DICTIONARIES else None
        value = MISSING if found is None else found is not MISSING
    else:
        value = owner if type(owner) in _CONTAINERS else MISSING
    return value


def place(expression: Expression, frame: types.FrameType) -> tuple[Any, str]:
    """Return the object that an expression is a part of, and which part; `MISSING` if the object can't be told.

    The part ``*`` is all of a container.
    """
    if isinstance(expression, Constant):
        return MISSING, ""
    if isinstance(expression, Name):
        if expression.scope == "closure":
            return frame.f_code.co_filename, expression.name
        in_class = expression.scope == "body" and frame.f_locals is not frame.f_globals
        return (MISSING if in_class else frame.f_globals), expression.name
    owner = evaluate(expression.owner, frame)
    if isinstance(expression, Attribute):
        return owner, f".{expression.name}"
    part = "*"
    if isinstance(expression, Item) or (isinstance(expression, Membership) and type(owner) in _DICTIONARIES):
        key = evaluate(expression.key, frame)
        part = f"[{show(key)}]" if type(key) in _SIMPLE else "*"
    return (owner if type(owner) in _CONTAINERS else MISSING), part


def is_code(value: object) -> bool:
    """Tell whether a value is a function, a class or a module: part of the program, not of its state."""
    return issubclass(type(value), _CODE)


def is_simple(value: object) -> bool:
    """Tell whether a value is a number, a text, a truth value or None, which never change and hold no other values."""
    return type(value) in _SIMPLE


def is_own_and_kept(owner: object, name: str, module: object) -> bool:
    """Tell whether an attribute is simply what code of one module has set it to.

    A class of another module, also one that the object's class is based on, may set it or compute it as it likes.
    """
    kinds = type(owner).__mro__
    if any(kind.__module__ != module for kind in kinds if kind is not object):
        return False
    found = next((vars(kind)[name] for kind in kinds if name in vars(kind)), None)
    return is_simple(found) or type(found) is types.MemberDescriptorType


def show(value: Any, depth: int = _DEPTH) -> str:  # noqa: ANN401 - any value
    """Write a value as `repr` does if it is a plain one, clipped, and else as the name of its class."""
    kind = type(value)
    if kind is int and value.bit_length() > _LARGE_BITS:
        text = "<int>"
    elif kind in _SIMPLE:
        text = repr(value[:_CLIP] if kind in {str, bytes} else value)
    elif kind in _LOCKS:
        text = repr(value).replace(" simulated", "")
    elif kind in _CONTAINERS and depth:
        text = _show_container(value, depth - 1)
    else:
        text = f"<{kind.__name__}>"
    return text if len(text) <= _CLIP else f"{text[: _CLIP - 1]}…"


def _show_container(value: Any, depth: int) -> str:  # noqa: ANN401 - one of the containers
    kind = type(value)
    if kind in _DICTIONARIES:
        shown = [f"{show(key, depth)}: {show(item, depth)}" for key, item in islice(dict.items(value), _SHOWN)]
    else:
        shown = [show(item, depth) for item in islice(value, _SHOWN)]
    inner = ", ".join([*shown, "…"] if len(value) > _SHOWN else shown)
    if kind is tuple:
        return f"({inner},)" if len(value) == 1 else f"({inner})"
    if kind in _SEQUENCES:
        return f"[{inner}]"
    return f"{{{inner}}}" if value or kind in _DICTIONARIES else "set()"


def _variable(variable: Name, frame: types.FrameType) -> Any:  # noqa: ANN401 - any value
    if variable.scope != "global" and variable.name in frame.f_locals:
        return frame.f_locals[variable.name]
    if variable.scope in {"global", "body"}:
        return frame.f_globals.get(variable.name, frame.f_builtins.get(variable.name, MISSING))
    return MISSING


def _attribute(owner: object, name: str) -> Any:  # noqa: ANN401 - any value
    found = inspect.getattr_static(owner, name, MISSING)
    kind = type(found)
    if kind in _SLOTS:
        try:
            return found.__get__(owner, type(owner))
        except AttributeError:
            return MISSING
    # What a property or another descriptor would give takes running it.
    return found if is_code(found) or inspect.getattr_static(kind, "__get__", None) is None else MISSING


def _item(owner: Any, key: Any) -> Any:  # noqa: ANN401 - any values
    if type(key) not in _SIMPLE:
        return MISSING
    if type(owner) in _DICTIONARIES:
        return dict.get(owner, key, MISSING)
    if type(owner) in _SEQUENCES and type(key) is int and -len(owner) <= key < len(owner):
        return owner[key]
    return MISSING
