"""Tests of describing what happened, whatever the submission's own classes do about it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from grader.lab.describing import clipped, happenings, left_behind, place_of, raised, session_of, short_name, stop_of
from grader.lab.mock_api.sessions import Session as MadeSession
from grader.lab.observation import Happening, Left, Observation, Place, Session, Stop, Waiter
from grader.simulation import Event, Leftover, SimulationStopped, Site, Standstill, Stuck

SITE = Site("file.py", 3, "run.<locals>.work", "Queue.get")
PLACE = Place(3, "run.<locals>.work", "Queue.get")


def error_of(source: str, file: str = "file.py") -> BaseException:
    """Run source as if it were the file of a submission, and return what it raises."""
    try:
        exec(compile(source, file, "exec"), {})  # noqa: S102 - the test's own source
    except BaseException as error:
        return error
    message = "it raised nothing"
    raise AssertionError(message)


def travelled(error: BaseException) -> Any:  # noqa: ANN401 - a description
    """Describe an error, and let the description travel as it does from a worker."""
    observation = Observation("raised", error=raised(error, "file.py"))
    return msgspec.json.decode(msgspec.json.encode(observation), type=Observation).error


def test_an_error_with_its_line() -> None:
    """The innermost line of the file is named, also where a library raised the error."""
    found = travelled(error_of("def run():\n    int('x')\n\nrun()"))
    assert (found.kind, found.text) == ("ValueError", "invalid literal for int() with base 10: 'x'")
    assert found.kinds == ["ValueError", "Exception", "BaseException", "object"]
    assert found.place == Place(2, "run")
    assert travelled(error_of("1 / 0", "other.py")).place is None


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("raise KeyError('a')", "(its text could not be had: KeyError)"),
        ("raise SystemExit", "(its text could not be had: SystemExit)"),
        ("raise KeyboardInterrupt", "(its text could not be had: KeyboardInterrupt)"),
        ("return str(self)", "(its text could not be had: RecursionError)"),
        ("return 5", "(its text could not be had: TypeError)"),
        ("raise Odd()", "(its text could not be had: Odd)"),
        ("return 'x' * 10_000", "x" * 500),
        ("return '\\ud800'", "\\ud800"),
        ("return ''", ""),
    ],
    ids=["raises", "exits", "interrupts", "loops", "no-text", "itself", "long", "surrogate", "empty"],
)
def test_errors_whose_text_is_trouble(body: str, text: str) -> None:
    """An error that raises when it is asked for its text is still described."""
    source = f"class Odd(Exception):\n    def __str__(self):\n        {body}\nraise Odd()"
    found = travelled(error_of(source))
    assert (found.kind, found.text, found.place) == ("Odd", text, Place(4, "<module>"))


def test_the_end_of_a_simulation_is_let_through() -> None:
    """A text that waits when the simulation is stopped doesn't swallow the stop."""

    class Waits(Exception):  # noqa: N818 - made for this test
        def __str__(self) -> str:
            raise SimulationStopped

    with pytest.raises(SimulationStopped):
        raised(Waits(), "file.py")


def test_errors_whose_class_lies() -> None:
    """Properties, metaclasses and false classes are not asked."""
    source = (
        "class Meta(type):\n"
        "    __name__ = property(lambda cls: 1 / 0)\n"
        "    __mro__ = property(lambda cls: 1 / 0)\n"
        "    def mro(cls): return [cls, Exception, BaseException, object]\n"
        "class Odd(Exception, metaclass=Meta):\n"
        "    __class__ = property(lambda self: 1 / 0)\n"
        "    __traceback__ = property(lambda self: 1 / 0)\n"
        "    exceptions = property(lambda self: 1 / 0)\n"
        "raise Odd('text')"
    )
    found = travelled(error_of(source))
    assert (found.kind, found.text, found.place) == ("Odd", "text", Place(9, "<module>"))
    assert found.kinds == ["Odd", "Exception", "BaseException", "object"]


def test_groups() -> None:
    """A group is described with what it holds, as deep and as wide as anybody needs."""
    group = ExceptionGroup("two", [ValueError("a"), ExceptionGroup("one", [KeyError("b")])])
    found = travelled(group)
    assert (found.kind, found.text) == ("ExceptionGroup", "two (2 sub-exceptions)")
    assert [item.text for item in found.inner] == ["a", "one (1 sub-exception)"]
    assert found.inner[1].inner[0].text == "'b'"


def test_groups_deep_and_wide_are_cut() -> None:
    """Neither depth nor width of a group makes the description large."""
    deep: Exception = ValueError()
    for _ in range(50):
        deep = ExceptionGroup("deep", [deep])
    found, depth = travelled(deep), 0
    while found.inner:
        found, depth = found.inner[0], depth + 1
    assert depth == 5
    assert len(travelled(ExceptionGroup("wide", [ValueError()] * 1_000)).inner) == 50


def test_a_group_with_a_property_in_place_of_its_errors() -> None:
    """The errors of a group are those that it was made with."""

    class Odd(ExceptionGroup[ValueError]):
        @property
        def exceptions(self) -> Any:  # noqa: ANN401 - a lie
            raise AssertionError

    assert [item.text for item in travelled(Odd("odd", [ValueError("a")])).inner] == ["a"]


@pytest.mark.parametrize(
    ("source", "text", "line"),
    [
        ("def run(:\n    pass", "invalid syntax", 1),
        ("def run():\npass", "expected an indented block after function definition on line 1", 2),
        ("x = 1\n  y = 2", "unexpected indent", 2),
        ("if True:\n\tx = 1\n        y = 2", "inconsistent use of tabs and spaces in indentation", 3),
        ("x = (1,\n", "'(' was never closed", 1),
        ("x = 'abc\n", "unterminated string literal (detected at line 1)", 1),
        ("return 5", "'return' outside function", 1),
    ],
)
def test_syntax_errors(source: str, text: str, line: int) -> None:
    """A syntax error has the parser's words and the line of the file, without the source between."""
    found = travelled(error_of(source))
    assert (found.text, found.place) == (text, Place(line, ""))
    assert "SyntaxError" in found.kinds


@pytest.mark.parametrize(
    ("raising", "text", "place"),
    [
        ("raise SyntaxError", "", Place(1, "<module>")),
        ("raise SyntaxError('odd')", "odd", Place(1, "<module>")),
        ("raise SyntaxError(5)", "5", Place(1, "<module>")),
        ("raise SyntaxError('odd', ('file.py', -5, 1, 'x'))", "odd", None),
        ("raise SyntaxError('odd', ('file.py', 'x', 1, 'x'))", "odd", None),
        ("raise SyntaxError('odd', ('file.py', 10**30, 1, 'x'))", "odd", None),
        ("raise SyntaxError('odd', (5, 7, 1, 'x'))", "odd", Place(1, "<module>")),
        ("raise SyntaxError('odd', ('other.py', 7, 1, 'x'))", "odd", Place(1, "<module>")),
        ("compile('x =', 'other.py', 'exec')", "invalid syntax", Place(1, "<module>")),
    ],
)
def test_syntax_errors_that_somebody_raised(raising: str, text: str, place: Place | None) -> None:
    """A syntax error of another file, or made by hand, is described where it was raised, if that is known."""
    found = travelled(error_of(raising))
    assert (found.text, found.place) == (text, place)


def test_events() -> None:
    """Events travel with plain details alone, and only as many as anybody can look at."""
    data: dict[str, Any] = {
        "began": 1,
        "how": "ended",
        "blocks_loop": True,
        "odd": [1],
        "none": None,
        "long": "x" * 500,
    }
    event = Event(5, 1, 2, "wait", SITE, data)
    assert happenings([event]) == [Happening(5, 1, 2, "wait", PLACE, {**data, "odd": "[1]", "long": "x" * 100})]
    assert len(happenings([event] * 5_000)) == 3_000


def test_what_is_left() -> None:
    """Things left behind travel by name and line, tasks by the name that their author gave them."""
    left = left_behind([Leftover("thread", "Thread-1", "sleep", 3), Leftover("task", "run.<locals>.beat", "", 4)])
    assert left == [Left("thread", "Thread-1", "sleep", 3), Left("task", "beat", "", 4)]
    assert len(left_behind([Leftover("socket", "", "", 0)] * 500)) == 100


def test_sessions() -> None:
    """A session travels with the line that made it, where it is known."""
    assert session_of(MadeSession(1, "aiohttp", 0, SITE, 4, closed=True)) == Session(
        1, "aiohttp", 4, closed=True, line=3
    )
    assert session_of(MadeSession(2, "requests", 0, None, 0, closed=False)) == Session(2, "requests", 0, closed=False)


def test_standstills() -> None:
    """A standstill travels with who waits for what, held by whom, at which lines."""
    stuck = Stuck(1, "Thread-1", "lock", "", SITE, "Thread-2", SITE, holder_done=True)
    stop = stop_of(Standstill("deadlock", 5, (stuck, Stuck(0, "MainThread", "join", "Thread-1", None))))
    assert stop == Stop(
        "deadlock",
        5,
        [
            Waiter("Thread-1", "lock", "", PLACE, "Thread-2", PLACE, holder_done=True),
            Waiter("MainThread", "join", "Thread-1", None, None, None, holder_done=False),
        ],
    )


def test_names_and_places() -> None:
    """Names are short, and a place that isn't known is none."""
    assert place_of(None) is None
    assert place_of(SITE) == PLACE
    assert short_name("run_all.<locals>.beat") == "beat"
    assert short_name("x" * 500) == "x" * 100
    assert clipped("\udfff" * 3, 2) == "\\udfff\\udfff"


def test_this_file_is_in_no_description() -> None:
    """Lines of other files than the submission's are never named."""
    assert raised(error_of("1 / 0", "other.py"), str(Path(__file__))).place is not None
    assert raised(error_of("1 / 0", "other.py"), "file.py").place is None
