"""The record of mutants that no check has to fail, because they are as right as what they were made of."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.course.mutating.making import Fingerprint

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.lab.exercises import Course

EQUIVALENTS = "equivalents.toml"
"""Name of the file, in ``tests/``."""

_TABLE = "equivalent"
_TEXTS = ("exercise", "origin", "operator", "function", "reason")
_MAY_BE_EMPTY = "function"
_NUMBER = "occurrence"
_LINES = "change"


class CorruptEquivalentsError(Exception):
    """The record can't be read, or says too little; the message tells where."""


@dataclass(frozen=True)
class Equivalent:
    """A mutant that may survive.

    Attributes:
        exercise: the exercise's id.
        origin: which solution or variant it was made of.
        fingerprint: what it is known by.
        reason: why it is right, in a sentence.
    """

    exercise: str
    origin: str
    fingerprint: Fingerprint
    reason: str

    @property
    def key(self) -> tuple[object, ...]:
        """What it is known by in the whole course."""
        return (self.exercise, self.origin, *self.fingerprint.key)

    @property
    def title(self) -> str:
        """Words that name it."""
        place = f" in {self.fingerprint.function}" if self.fingerprint.function else ""
        change = " | ".join(self.fingerprint.change)
        return f"{self.exercise} {self.origin}: {self.fingerprint.operator}{place} ({change})"


def read_equivalents(course: Course) -> list[Equivalent]:
    """Return what the course's file records; nothing if there is no file.

    Raises:
        CorruptEquivalentsError: it isn't as it must be.
    """
    file = course.tests / EQUIVALENTS
    where = f"{course.tests.name}/{EQUIVALENTS}"
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        msg = f"{where} can't be read: {error}"
        raise CorruptEquivalentsError(msg) from None
    records = content.pop(_TABLE, [])
    if content or not isinstance(records, list):
        msg = f"{where} must hold [[{_TABLE}]] tables and nothing else"
        raise CorruptEquivalentsError(msg)
    found: dict[tuple[object, ...], Equivalent] = {}
    for number, record in enumerate(records, 1):
        problem = next(_problems(record), None)
        if problem is not None:
            msg = f"{where}: record {number} {problem}"
            raise CorruptEquivalentsError(msg)
        equivalent = _equivalent(record)
        if equivalent.key in found:
            msg = f"{where}: record {number} is there twice: {equivalent.title}"
            raise CorruptEquivalentsError(msg)
        found[equivalent.key] = equivalent
    return list(found.values())


def as_record(exercise: str, origin: str, fingerprint: Fingerprint) -> list[str]:
    """Return the lines that record a mutant, but for the reason, which is for people to find."""
    # JSON's texts and lists are TOML's as well.
    change = [f"    {json.dumps(line, ensure_ascii=False)}," for line in fingerprint.change]
    lines = [f"[[{_TABLE}]]"]
    for name, value in (
        ("exercise", exercise),
        ("origin", origin),
        ("operator", fingerprint.operator),
        ("function", fingerprint.function),
    ):
        lines.append(f"{name} = {json.dumps(value, ensure_ascii=False)}")
    lines += [f"{_LINES} = [", *change, "]"]
    if fingerprint.occurrence > 1:
        lines.append(f"{_NUMBER} = {fingerprint.occurrence}")
    return [*lines, 'reason = ""']


def _problems(record: object) -> Iterator[str]:
    if not isinstance(record, dict):
        yield "is no table"
        return
    unknown = sorted(record.keys() - {*_TEXTS, _NUMBER, _LINES})
    if unknown:
        yield f"has {unknown[0]!r}, which means nothing"
    for name in _TEXTS:
        text = record.get(name)
        if not isinstance(text, str) or not (text.strip() or name == _MAY_BE_EMPTY):
            yield f"has no {name}"
    lines = record.get(_LINES)
    if not isinstance(lines, list) or not lines or not all(isinstance(line, str) for line in lines):
        yield f"has no {_LINES}, a list of lines"
    number = record.get(_NUMBER, 1)
    if type(number) is not int or number < 1:
        yield f"has an {_NUMBER} that is no number from 1 on"


def _equivalent(record: dict[str, object]) -> Equivalent:
    texts = {name: str(record[name]).strip() for name in _TEXTS}
    lines, number = record[_LINES], record.get(_NUMBER, 1)
    assert isinstance(lines, list)  # noqa: S101 - as `_problems` saw
    assert isinstance(number, int)  # noqa: S101 - as above
    fingerprint = Fingerprint(texts["operator"], texts["function"], tuple(lines), number)
    return Equivalent(texts["exercise"], texts["origin"], fingerprint, texts["reason"])
