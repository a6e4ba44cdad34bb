"""What is printed depends on what there is to print on."""

from __future__ import annotations

import errno
import io

import pytest

from grader.grading import Step
from grader.report import Screen, TerminalReport
from grader.tests.report.made import Terminal


class Full(io.StringIO):
    """A device without room."""

    def write(self, _text: str) -> int:
        """Fail."""
        raise OSError(errno.ENOSPC, "No space left on device")


class Gone(io.StringIO):
    """A pipe that nobody reads."""

    def write(self, _text: str) -> int:
        """Fail."""
        raise BrokenPipeError


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no variable of whoever runs the tests decide about colours."""
    for name in ("NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "TTY_COMPATIBLE", "COLORTERM", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")


@pytest.mark.parametrize(
    ("environment", "unicode"),
    [
        ({}, True),
        ({"LANG": "de_DE.UTF-8"}, True),
        ({"LANG": "C.UTF-8"}, True),
        ({"LANG": "C"}, False),
        ({"LANG": "C", "LC_CTYPE": "C.UTF-8"}, False),  # what Python makes of it
        ({"LANG": "C", "LC_CTYPE": "de_DE.UTF-8"}, True),
        ({"LANG": "de_DE.UTF-8", "LC_ALL": "POSIX"}, False),
        ({"LANG": "C", "LC_ALL": "C.UTF-8"}, True),
        ({"LANG": "C", "PYTHONIOENCODING": "utf-8"}, True),
        ({"LANG": "C", "PYTHONUTF8": "1"}, True),
    ],
)
def test_unicode_only_where_the_locale_has_it(environment: dict[str, str], unicode: bool) -> None:  # noqa: FBT001 - a column of the table
    """The locale C means ASCII, also where Python turned it into UTF-8 behind the user's back."""
    assert Screen(io.StringIO(), environment=environment).unicode is unicode


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252"])
def test_other_encodings_get_ascii(encoding: str) -> None:
    """Where the output isn't UTF-8, everything else is an escape, and nothing fails."""
    raw = io.BytesIO()
    screen = Screen(io.TextIOWrapper(raw, encoding=encoding), width=60, environment={})
    screen.wrapped("é 中 \ud800 …", first="    │ ")
    assert raw.getvalue().decode(encoding).splitlines() == ["    | \\xe9 \\u4e2d \\ud800 ..."]


def test_lone_surrogates_do_not_stop_the_report() -> None:
    """What no encoding has is written as an escape."""
    raw = io.BytesIO()
    screen = Screen(io.TextIOWrapper(raw, encoding="utf-8"), width=60, environment={})
    screen.line("\ud800 é")
    assert raw.getvalue().decode().splitlines() == ["\\ud800 é"]


def test_colours_only_where_they_are_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal gets colours; a pipe, a dumb terminal and whoever sets NO_COLOR get none."""

    def printed(file: io.StringIO) -> str:
        Screen(file, environment={}).line("x", "red")
        return file.getvalue()

    assert "\x1b[31m" in printed(Terminal())
    assert printed(io.StringIO()) == "x\n"
    monkeypatch.setenv("NO_COLOR", "1")
    assert printed(Terminal()) == "x\n"
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setenv("TERM", "dumb")
    assert printed(Terminal()) == "x\n"


def test_what_goes_on_is_shown_on_a_terminal_and_taken_away() -> None:
    """The check that is waited for stands in a line of its own until something is printed."""
    terminal = Terminal()
    screen = Screen(terminal, width=60, environment={})
    report = TerminalReport(screen)
    report.step(Step("concurrency/fundamentals", "Results come in order", 3, 28))
    assert terminal.getvalue() == "3/28  concurrency/fundamentals: Results come in order"
    report.step(Step("x/y", "t" * 200, 4, 28))
    screen.line("done")
    *_, last = terminal.getvalue().split("\r")
    assert last == "done\n"
    assert max(map(len, terminal.getvalue().split("\r"))) <= 59


@pytest.mark.parametrize("environment", [{"CI": "true"}, {}])
def test_nothing_goes_on_in_a_log(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """In a pipe and in continuous integration only results are printed, also where colours are forced."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    file = Terminal() if environment else io.StringIO()
    report = TerminalReport(Screen(file, environment=environment))
    report.step(Step("x/y", "title", 1, 2))
    report.stop()
    assert file.getvalue() == ""


@pytest.mark.parametrize(("file", "kind"), [(Full(), OSError), (Gone(), BrokenPipeError)])
def test_an_output_that_fails_is_noted(file: io.StringIO, kind: type[OSError]) -> None:
    """Whoever grades finishes, and learns afterwards that the report didn't get through."""
    screen = Screen(file, environment={})
    screen.line("one")
    screen.line("two")
    assert type(screen.failure) is kind


def test_a_number_and_its_unit_stay_together() -> None:
    """A line doesn't end between a figure and its unit."""
    file = io.StringIO()
    Screen(file, width=18, environment={}).wrapped("it took exactly 10 s in all")
    assert file.getvalue() == "it took exactly\n10 s in all\n"


def test_the_score_stands_at_the_right_edge() -> None:
    """Wide characters count as what they take."""
    file = io.StringIO()
    screen = Screen(file, width=40, environment={})
    screen.wrapped("中文", end="1/2")
    screen.wrapped("a word and another word, and then some more", first="  ✓ ", end="1/2")
    assert file.getvalue().splitlines() == [
        "中文" + " " * 33 + "1/2",
        "  ✓ a word and another word, and     1/2",
        "    then some more",
    ]
