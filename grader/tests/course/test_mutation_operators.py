"""Tests of the mutation operators: a small program in, the programs with one mistake out."""

from __future__ import annotations

import ast
from pathlib import Path
from textwrap import dedent

import pytest

from grader.course.mutating.making import mutants
from grader.course.mutating.operators import OPERATORS

EXAMPLES = Path(__file__).with_name("mutation_examples.txt").read_text(encoding="utf-8").split("### ")[1:]
"""Name of an operator, a program, and the programs that it makes of it."""


@pytest.mark.parametrize("example", EXAMPLES, ids=[example.partition("\n")[0] for example in EXAMPLES])
def test_an_operator_makes_its_mistake_everywhere_and_nowhere_else(example: str) -> None:
    """Each place at which the mistake can be made gives one program, in the order of the lines."""
    name, _, programs = example.partition("\n")
    source, *wanted = programs.split("# becomes\n")
    (operator,) = [item for item in OPERATORS if item.name == name]
    found = [mutant.source for mutant in mutants(source, [operator])]
    assert found == [ast.unparse(ast.parse(text)) for text in wanted]


def test_every_operator_has_an_example() -> None:
    """No operator is without a test, and no two have the same name."""
    assert sorted(operator.name for operator in OPERATORS) == sorted(example.partition("\n")[0] for example in EXAMPLES)


def test_every_operator_says_what_is_wrong() -> None:
    """Its description is a sentence on one line."""
    assert all(item.description.endswith(".") and "\n" not in item.description for item in OPERATORS)


def test_all_operators_together() -> None:
    """A whole program has mutants of several families, and a program without anything to break has none."""
    program = dedent(
        """
        import threading

        lock = threading.Lock()

        def run(jobs):
            threads = [threading.Thread(target=job) for job in jobs]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            with lock:
                return sorted(threads)
        """
    )
    names = {mutant.operator.name for mutant in mutants(program)}
    assert names >= {"join-in-start-loop", "drop-join", "drop-lock", "lock-per-use", "processes-for-threads"}
    assert mutants("x = 1\n") == []
