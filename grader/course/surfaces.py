"""Comparing what a stub promises with what its solution offers, and the tasks' numbers wherever they are written."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from grader.lab.exercises import Course, Exercise

Surface = dict[str, tuple[str, str | None]]
"""Signature and docstring of every public function, class and method."""

_TODO = re.compile(r"\bTODO (\d+)\b")
_NUMBERED = re.compile(r"^(\d+)\. ", re.MULTILINE)
_HEADED = re.compile(r"^### Task (\d+)\s*$", re.MULTILINE)


def surface_problems(course: Course, exercise: Exercise) -> Iterator[str]:
    """Yield where stub and solution differ in names, signatures or docstrings, as far as both are there."""
    files = {"stub": course.exercises_tree / exercise.file, "solution": course.solutions_tree / exercise.file}
    surfaces = []
    for kind, file in files.items():
        try:
            surfaces.append(_surface(file.read_bytes()))
        except SyntaxError as error:
            yield f"{exercise.id}: the {kind} is not valid Python in line {error.lineno}: {error.msg}"
        except FileNotFoundError:
            continue
    if len(surfaces) == len(files):
        yield from _differences(exercise, *surfaces)


def _differences(exercise: Exercise, stub: Surface, solution: Surface) -> Iterator[str]:
    for name in sorted(stub.keys() | solution.keys()):
        if name not in solution:
            yield f"{exercise.id}: the solution has no {name}"
        elif name not in stub:
            yield f"{exercise.id}: the stub has no {name}; what the student need not write begins with an underscore"
        elif stub[name] != solution[name]:
            part = "signature" if stub[name][0] != solution[name][0] else "docstring"
            yield f"{exercise.id}: stub and solution have different {part}s of {name}"


def task_problems(course: Course, exercise: Exercise, judged: frozenset[int]) -> Iterator[str]:
    """Yield where the tasks' numbers in stub, README, HINTS and suite differ.

    Args:
        course: where the files are.
        exercise: which exercise.
        judged: the numbers that the suite's checks carry.
    """
    folder = course.exercises_tree / exercise.concept
    text = _text(course.exercises_tree / exercise.file)
    if not text:
        return
    stub = set(map(int, _TODO.findall(text)))
    found = {
        "README.md": _numbers(folder / "README.md", exercise.section, _NUMBERED),
        "HINTS.md": _numbers(folder / "HINTS.md", exercise.section, _HEADED),
        "its suite": set(judged),
    }
    for where, numbers in found.items():
        if numbers != stub:
            yield f"{exercise.id}: the stub has tasks {_shown(stub)}, {where} has {_shown(numbers)}"
    if "TODO" in _text(course.solutions_tree / exercise.file):
        yield f"{exercise.id}: the solution still has a TODO"


def _surface(source: bytes) -> Surface:
    found: Surface = {}

    def visit(body: list[ast.stmt], prefix: str) -> None:
        for node in body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and _is_public(node.name):
                kind = "async " if isinstance(node, ast.AsyncFunctionDef) else ""
                returns = ast.unparse(node.returns) if node.returns is not None else ""
                decorators = "".join(f"@{ast.unparse(item)} " for item in node.decorator_list)
                signature = f"{decorators}{kind}({ast.unparse(node.args)}) -> {returns}"
                found[prefix + node.name] = (signature, ast.get_docstring(node))
            elif isinstance(node, ast.ClassDef) and _is_public(node.name):
                bases = ", ".join(ast.unparse(base) for base in node.bases)
                found[prefix + node.name] = (f"class({bases})", ast.get_docstring(node))
                visit(node.body, f"{prefix}{node.name}.")

    visit(ast.parse(source).body, "")
    return found


def _is_public(name: str) -> bool:
    return not name.startswith("_") or name == "__init__"


def _numbers(file: Path, title: str, pattern: re.Pattern[str]) -> set[int]:
    section = re.search(rf"^## {re.escape(title)}\s*$(.*?)(?=^## |\Z)", _text(file), re.MULTILINE | re.DOTALL)
    return set(map(int, pattern.findall(section[1]))) if section is not None else set()


def _text(file: Path) -> str:
    """Return the text of a file; of one that is missing, which is told elsewhere, an empty one."""
    return file.read_text(encoding="utf-8", errors="replace") if file.is_file() else ""


def _shown(numbers: set[int]) -> str:
    return ", ".join(map(str, sorted(numbers))) or "none"
