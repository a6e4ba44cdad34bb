"""The attacks, and what each says of itself in its docstring."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).parent
DEFAULT = "concurrency/fundamentals"

_LINE = re.compile(r"^(\w+): (.+)$", re.MULTILINE)
_WORDS = frozenset({"says", "rootsays", "confinedsays", "exercise", "check", "points", "needs", "flags", "residual"})


@dataclass(frozen=True)
class Attack:
    """A submission that wants what it has no right to.

    Attributes:
        file: the program; a folder of the same name holds what it plants beside it, as a tree of files.
        tries: one sentence.
        says: words that the report must hold; ``A | B`` where it depends on how busy the machine is which.
        root_says: the same where workers have given up root, and so may not do what it tries.
        confined_says: the same where the kernel keeps it to its own files.
        exercise: which one it is handed in for.
        check: the only check that it attacks; empty for all.
        points: what an honest program of this merit gets.
        needs: ``landlock`` if nothing else keeps it from what it tries; it gains nothing in any case.
        flags: what an instructor is told of it.
        residual: why it does gain points, and how many; no other one does.
    """

    file: Path
    tries: str
    says: list[str] = field(default_factory=list)
    root_says: list[str] = field(default_factory=list)
    confined_says: list[str] = field(default_factory=list)
    exercise: str = DEFAULT
    check: str = ""
    points: int = 0
    needs: str = ""
    flags: frozenset[str] = frozenset()
    residual: str = ""

    @property
    def name(self) -> str:
        """Family and name."""
        return f"{self.file.parent.name}/{self.file.stem}"

    @property
    def planted(self) -> Path:
        """The folder of what is handed in beside it; it may not be there."""
        return self.file.with_suffix("")


def attacks() -> list[Attack]:
    """Return all attacks, in the order of their names."""
    return [read(file) for file in sorted(HERE.glob("*/*.py"))]


def read(file: Path) -> Attack:
    """Read what an attack says of itself.

    Raises:
        ValueError: it says it wrongly.
    """
    text = file.read_bytes().decode("utf-8", "replace")
    found = re.search(r'"""(.*?)"""', text, re.DOTALL)
    if found is None:
        msg = f"{file}: no docstring"
        raise ValueError(msg)
    said: dict[str, list[str]] = {}
    for word, value in _LINE.findall(found[1]):
        if word not in _WORDS:
            msg = f"{file}: nobody knows what {word!r} means"
            raise ValueError(msg)
        said.setdefault(word, []).append(value)
    return Attack(
        file=file,
        tries=found[1].strip().partition("\n\n")[0],
        says=said.get("says", []),
        root_says=said.get("rootsays", []),
        confined_says=said.get("confinedsays", []),
        exercise=_one(said, "exercise") or DEFAULT,
        check=_one(said, "check"),
        points=int(_one(said, "points") or 0),
        needs=_one(said, "needs"),
        flags=frozenset(re.split(r",\s*", _one(said, "flags"))) - {""},
        residual=_one(said, "residual"),
    )


def _one(said: dict[str, list[str]], word: str) -> str:
    return said.get(word, [""])[0]
