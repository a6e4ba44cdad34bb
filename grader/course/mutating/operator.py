"""What a mutation operator is: a function that finds each place at which one mistake can be made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from grader.course.mutating.program import Edit, Program


@dataclass(frozen=True)
class Operator:
    """One kind of mistake.

    Attributes:
        name: such as ``drop-join``.
        description: what is wrong with what it makes, in a sentence.
        find: yields the changes that make this mistake in a program, in the order of its lines.
    """

    name: str
    description: str
    find: Callable[[Program], Iterator[Edit]]


def operator(find: Callable[[Program], Iterator[Edit]]) -> Operator:
    """Make an operator of a function; its name and its docstring are those of the mistake."""
    return Operator(find.__name__.replace("_", "-"), (find.__doc__ or "").strip(), find)
