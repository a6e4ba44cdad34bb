"""Tests of turning whatever comes out of a submission into plain values."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from grader.lab import ApiResult
from grader.lab.plain import comparable, name_of_type, plain, result, shown

if TYPE_CHECKING:
    from collections.abc import Callable


class Hostile:
    """Equals everything, lies about its class, and raises when it is looked at."""

    __class__ = list  # type: ignore[assignment]  # a lie

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return 0

    def __getattribute__(self, name: str) -> Any:  # noqa: ANN401 - any attribute
        message = f"{name} was read"
        raise AssertionError(message)

    def __iter__(self) -> Any:  # noqa: ANN401 - as above
        raise AssertionError

    __len__ = __bool__ = __str__ = __repr__ = __getitem__ = __iter__


class Meta(type):
    """A metaclass that lies about the name of its classes, and raises when they are compared."""

    @property
    def __name__(cls) -> str:  # type: ignore[override]  # a lie
        raise AssertionError

    def __eq__(cls, other: object) -> bool:
        raise AssertionError

    def __hash__(cls) -> int:
        raise AssertionError

    def __instancecheck__(cls, instance: object) -> bool:
        raise AssertionError

    def mro(cls) -> list[type]:
        """Be as any other class."""
        return super().mro()


class Disguised(metaclass=Meta):
    """An object of a class that can't even be asked for its name."""


class Text(str):
    """A string that is another one when it is cut."""

    __slots__ = ()

    def __getitem__(self, key: Any) -> str:  # noqa: ANN401 - an index
        raise AssertionError

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return 0


class Number(int):
    """A number that equals every other."""

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return 0


def opaque(name: str) -> dict[str, str]:
    """Return what stands for an object of a class."""
    return {"$": "opaque", "type": name}


@pytest.mark.parametrize(
    "value", [None, True, 0, -5, 2**200, 1.5, "text", "ü€😀", [], [1, [2, [3]]], {}, {"a": {"b": [1]}}]
)
def test_plain_values_stay_as_they_are(value: Any) -> None:  # noqa: ANN401 - any value
    """JSON's own values come through unchanged, with their types."""
    made = plain(value)
    assert made == value
    assert type(made) is type(value)


# Made when they are needed: pytest would look at them, and they don't like it.
STRANGE: dict[str, tuple[Callable[[], Any], Any]] = {
    "str": (lambda: Text("text"), opaque("Text")),
    "int": (lambda: Number(5), opaque("Number")),
    "list": (lambda: type("Items", (list,), {})([1]), opaque("Items")),
    "dict": (lambda: type("Table", (dict,), {})(a=1), opaque("Table")),
    "result": (lambda: type("Result", (ApiResult,), {})(200, None, None), opaque("Result")),
    "hostile": (Hostile, opaque("Hostile")),
    "disguised": (Disguised, opaque("Disguised")),
    "object": (object, opaque("object")),
    "set": (lambda: {1, 2}, opaque("set")),
    "bytearray": (lambda: bytearray(b"bytes"), opaque("bytearray")),
    "bytes of another class": (lambda: type("Octets", (bytes,), {})(b"a"), opaque("Octets")),
    "bytes": (lambda: b"a\n\xff", {"$": "bytes", "text": "a\n\xff"}),
    "long bytes": (lambda: b"a" * 20_000, {"$": "bytes", "text": "a" * 10_000}),
    "range": (lambda: range(3), opaque("range")),
    "nan": (lambda: float("nan"), opaque("float")),
    "inf": (lambda: -float("inf"), opaque("float")),
    "large": (lambda: 2**300, opaque("int")),
    "too large for text": (lambda: 10**5000, opaque("int")),
    "int keys": (lambda: {1: "a"}, opaque("dict")),
    "str-like keys": (lambda: {Text("a"): 1}, opaque("dict")),
    "forged": (lambda: {"$": "result", "fields": [200, None, None]}, opaque("dict")),
    "inside": (lambda: {"a": Hostile()}, {"a": opaque("Hostile")}),
    "tuple": (lambda: (1, "a"), {"$": "tuple", "items": [1, "a"]}),
    "api result": (lambda: ApiResult(200, {"a": Number(1)}, None), result(200, {"a": opaque("Number")}, None)),
    "surrogate": (lambda: "\ud800", "\\ud800"),
    "surrogate and long": (lambda: ["\udfff" + "x" * 20_000], ["\\udfff" + "x" * 9_999]),
}


@pytest.mark.parametrize("name", STRANGE)
def test_anything_else_is_opaque(name: str) -> None:
    """Only exact types come through; of anything else the class is named, and no code of it is run."""
    make, made = STRANGE[name]
    found = plain(make())
    assert found == made
    assert json.loads(msgspec.json.encode(found)) == made


def test_an_api_result_with_a_class_changed_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    """Properties that a submission puts into the place of an ApiResult's fields aren't asked."""
    value = ApiResult(200, "body", None)
    monkeypatch.setattr(ApiResult, "status", property(lambda _: 1 / 0))
    assert plain(value) == result(200, "body", None)


def test_an_api_result_that_was_never_made() -> None:
    """A result without its fields is one without an answer and without an error."""
    assert plain(object.__new__(ApiResult)) == result(None, None, None)


def test_values_that_hold_themselves() -> None:
    """A list within itself ends somewhere, also one that holds itself many times."""
    one: list[Any] = []
    one.append(one)
    many: list[Any] = []
    many += [many] * 50
    table: dict[str, Any] = {}
    table.update(a=table, b=table)
    for value in (one, many, table):
        data = msgspec.json.encode(plain(value))
        assert len(data) < 1 << 21
        assert b'{"$":"opaque","type":"' in data


def test_huge_values_are_bounded() -> None:
    """Lists, dictionaries and text have limits, and all of them together, too."""
    assert len(plain([0] * 100_000)) == 5_000
    assert plain(dict.fromkeys(map(str, range(6_000)))) == opaque("dict")
    assert len(plain("x" * 50_000)) == 10_000
    texts = plain(["x" * 10_000] * 500)
    assert sum(map(len, texts)) < 300_000
    nested = plain([[[0] * 5_000] * 100] * 100)
    assert len(msgspec.json.encode(nested)) < 1 << 20


def test_names_of_classes() -> None:
    """A class has the name that the interpreter knows, whatever its metaclass or its name's class say."""
    assert name_of_type(Disguised) == "Disguised"
    assert name_of_type(type("x" * 500, (), {})) == "x" * 100
    made = name_of_type(type(Text("Odd"), (), {}))
    assert made == "Odd"
    assert type(made) is str


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("it's", '"it\'s"'),
        ("ü", r"'\xfc'"),
        ([1, "a", None], "[1, 'a', None]"),
        ({"a": [1], "ü": {}}, "{'a': [1], '\\xfc': {}}"),
        (opaque("Future"), "<Future object>"),
        ([opaque("coroutine")], "[<coroutine object>]"),
        (plain((1, (2,))), "(1, (2,))"),
        (plain(()), "()"),
        (result(404, {"a": 1}, None), "ApiResult(404, {'a': 1}, None)"),
        ({"$": "tuple", "items": 5}, "(…)"),
        ({"$": "result"}, "ApiResult(…)"),
        (plain(b"a\n\x00\xff"), r"b'a\n\x00\xff'"),
        (plain([b"a"]), "[b'a']"),
        ({"$": "bytes", "text": 5}, "…"),
        ({"$": "bytes", "text": "€"}, "b'?'"),
        ({"$": []}, "<None object>"),
    ],
)
def test_showing_values(value: Any, text: str) -> None:  # noqa: ANN401 - a plain value
    """Plain values are shown as a student would write them, and forged ones somehow."""
    assert shown(value) == text


@pytest.mark.parametrize("value", [b"", b"\xff\n", [b"a", {"b": [b"c", 1]}], {"a": b"b", "c": None}, "text", 5])
def test_bytes_are_compared_as_they_travel(value: Any) -> None:  # noqa: ANN401 - a plain value, or bytes
    """What a suite expects with bytes in it is the same as what comes out of a submission that returns it."""
    assert comparable(value) == plain(value)


def test_showing_what_is_deeper_than_anything_honest() -> None:
    """A forged value, as deep as JSON may be, is shown without ado."""
    value: Any = 1
    for _ in range(900):
        value = [value]
    assert shown(value) == "[" * 22 + "…" + "]" * 22


@dataclass
class Point:
    """A student's own class."""

    x: int


def test_objects_of_a_students_class_are_named_by_it() -> None:
    """A student who returns an object of a class of their own reads its name."""
    assert shown(plain([Point(1)])) == "[<Point object>]"
