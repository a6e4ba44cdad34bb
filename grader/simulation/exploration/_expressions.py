"""What a line of source names: variables, attributes, items, and the contents of a container."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["read", "write"]


@dataclass(frozen=True, slots=True)
class Name:
    """A variable; its scope is ``local``, ``closure``, ``global``, or ``body`` of a module or a class."""

    scope: str
    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Constant:
    """A value written in the source."""

    value: Any

    def __str__(self) -> str:
        return repr(self.value)


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute of something."""

    owner: Expression
    name: str

    def __str__(self) -> str:
        return f"{self.owner}.{self.name}"


@dataclass(frozen=True, slots=True)
class Item:
    """An item of something."""

    owner: Expression
    key: Expression

    def __str__(self) -> str:
        return f"{self.owner}[{self.key}]"


@dataclass(frozen=True, slots=True)
class Membership:
    """Whether something is in a container."""

    owner: Expression
    key: Expression

    def __str__(self) -> str:
        return f"{self.key} in {self.owner}"


@dataclass(frozen=True, slots=True)
class Contents:
    """All that a list, dictionary or set holds, used by a method if `call` names one."""

    owner: Expression
    call: str = ""

    def __str__(self) -> str:
        return f"{self.owner}.{self.call}()" if self.call else str(self.owner)


Expression = Name | Constant | Attribute | Item | Membership | Contents


@dataclass(frozen=True, slots=True)
class Use:
    """One instruction's use of something that threads may share."""

    kind: Kind
    what: Expression
