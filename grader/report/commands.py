"""Commands as the reader types them."""

from __future__ import annotations

import os
import shlex
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from grader.lab.exercises import Course


@dataclass(frozen=True)
class Commands:
    """How the grader is called here.

    Attributes:
        grade: the words before the arguments of ``grader grade``.
        joint: what a shell takes for "goes on in the next line"; empty where there is none that all shells know.
        repeat: arguments that go with the exercises, such as ``--submission``.
    """

    grade: tuple[str, ...] = ("nox", "-s", "grade", "--")
    joint: str = " \\"
    repeat: tuple[str, ...] = ()

    @classmethod
    def here(cls, course: Course, repeat: tuple[str, ...] = ()) -> Commands:
        """Find out what can be called: nox where it is installed, else the course's own noxfile, else the module."""
        joint = "" if os.name == "nt" else " \\"
        if not (course.root / "noxfile.py").exists():
            return cls(("python", "-m", "grader", "grade"), joint, repeat)
        if shutil.which("nox"):
            return cls(joint=joint, repeat=repeat)
        return cls(("py" if os.name == "nt" else "python3", "noxfile.py", "-s", "grade", "--"), joint, repeat)

    @classmethod
    def of_a_student(cls) -> Commands:
        """Say what works in every student's copy of the course, wherever this runs."""
        return cls(("python3", "noxfile.py", "-s", "grade", "--"))

    def whole(self, exercises: Iterable[str], room: int) -> list[str]:
        """Write the command that grades whole exercises; `lines` explains the rest."""
        return self.lines(shlex.join([*exercises, *self.repeat]), room)

    def lines(self, arguments: str, room: int) -> list[str]:
        """Write a command, on several lines where one would be too long.

        Args:
            arguments: what follows ``grader grade``, as a shell reads it.
            room: columns of a line.
        """
        parts = [" ".join(self.grade), *_with_their_values(shlex.split(arguments))]
        whole = " ".join(parts)
        if len(whole) <= room or not self.joint:
            return [whole]
        lines = parts[:1]
        for part in parts[1:]:
            if len(lines[-1]) + 1 + len(part) + len(self.joint) <= room:
                lines[-1] += f" {part}"
            else:
                lines.append(f"    {part}")
        return [line + self.joint for line in lines[:-1]] + lines[-1:]


def _with_their_values(words: list[str]) -> list[str]:
    """Join each option with its value, as a line shouldn't end between the two."""
    joined: list[str] = []
    for word in map(shlex.quote, words):
        if joined and joined[-1].startswith("--") and " " not in joined[-1] and not word.startswith("--"):
            joined[-1] += f" {word}"
        else:
            joined.append(word)
    return joined
