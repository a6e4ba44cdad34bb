"""Small programs for the tests of schedule exploration, in the form of students' files."""

from __future__ import annotations

import textwrap
import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

FILE = "student.py"
FILES = (FILE,)


def scenario(source: str, use: Callable[[dict[str, Any]], Any]) -> Callable[[], Any]:
    """Make a scenario that loads a program afresh and uses its names."""
    code = compile(textwrap.dedent(source), FILE, "exec")

    def run() -> Any:  # noqa: ANN401 - whatever the program gives
        names: dict[str, Any] = {"__name__": "student"}
        exec(code, names)  # noqa: S102 - the point
        return use(names)

    return run


def in_threads(*functions: Callable[[], object]) -> None:
    """Run functions in threads of their own, all started before any is joined."""
    threads = [threading.Thread(target=function) for function in functions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def count_to(threads: int) -> Callable[[dict[str, Any]], Any]:
    """Call ``Counter().increment`` in several threads and return the counter's value."""

    def use(names: dict[str, Any]) -> Any:  # noqa: ANN401 - a number, if it is right
        counter = names["Counter"]()
        in_threads(*[counter.increment] * threads)
        return counter.value

    return use


def both(*names_of_functions: str) -> Callable[[dict[str, Any]], Any]:
    """Call functions of the program in threads of their own and return what the program put into ``seen``."""

    def use(names: dict[str, Any]) -> Any:  # noqa: ANN401 - whatever the program put there
        in_threads(*[names[name] for name in names_of_functions])
        return names.get("seen")

    return use


UNLOCKED = """
class Counter:
    def __init__(self):
        self.value = 0

    def increment(self):
        self.value += 1
"""

LOCKED = """
import threading

class Counter:
    def __init__(self):
        self.value = 0
        self.lock = threading.Lock()

    def increment(self):
        with self.lock:
            self.value += 1
"""

HALF_LOCKED = """
import threading

class Counter:
    def __init__(self):
        self.value = 0
        self.lock = threading.Lock()

    def increment(self):
        value = self.value
        with self.lock:
            self.value = value + 1
"""

OPPOSITE_LOCKS = """
import threading

first = threading.Lock()
second = threading.Lock()

def forwards():
    with first:
        with second:
            pass

def backwards():
    with second:
        with first:
            pass
"""
