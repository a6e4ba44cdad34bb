"""Lines on a terminal, in a pipe or in a log: wrapped to its width, and only with the characters that it has."""

from __future__ import annotations

import os
import re
from typing import IO, TYPE_CHECKING

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

_WIDTHS = (40, 100)
_SUBSTITUTES = str.maketrans({"…": "...", "│": "|"})
_QUANTITY = re.compile(r"(?<=\d) (?=s\b)")
_UNBROKEN = "\ue000"
"""Stands for a space at which a line may not end. Text of a submission can't hold it: `clean` escapes it."""
_C_LOCALES = frozenset({"C", "POSIX"})
_COERCED = frozenset({"C.UTF-8", "C.utf8", "UTF-8"})
"""What Python itself puts into LC_CTYPE when it finds the locale C."""


class Screen:
    """Where a report is shown.

    Attributes:
        width: columns that a line may have.
        unicode: whether there are characters outside of ASCII.
        failure: why nothing more can be written; None as long as it can.
    """

    def __init__(self, file: IO[str], *, width: int | None = None, environment: Mapping[str, str] = os.environ) -> None:
        """Look at where the report goes.

        Args:
            file: an open text file, such as ``sys.stdout``.
            width: columns; by default those of the terminal, within reason.
            environment: says what the terminal is like.
        """
        self._console = _Console(file=file, highlight=False, markup=False, emoji=False, soft_wrap=True)
        self._file = file
        self._encoding = self._console.encoding
        self.width = width or min(max(self._console.width, _WIDTHS[0]), _WIDTHS[1])
        self.unicode = self._encoding.startswith("utf") and not _wants_ascii(environment)
        self.failure: OSError | None = None
        self._live = file.isatty() and not self._console.is_dumb_terminal and not environment.get("CI")
        self._shown = 0

    def line(self, text: str = "", style: str = "") -> None:
        """Print a line as it is, however long."""
        self._print(Text(self._fitting(text), style=style))

    def wrapped(self, text: str, style: str = "", *, first: str = "", rest: str | None = None, end: str = "") -> None:
        """Print a text on as many lines as it takes.

        Args:
            text: what is wrapped between words; a word that is too long is divided.
            style: as `rich` writes it, such as ``bold red``.
            first: what its first line begins with.
            rest: what its other lines begin with; by default blanks, as many as `first` has characters.
            end: what stands at the right edge of its first line.
        """
        first = self._fitting(first)
        rest = " " * len(first) if rest is None else self._fitting(rest)
        room = max(10, self.width - max(len(first), len(rest)) - (len(end) + 1 if end else 0))
        unbroken = Text(_QUANTITY.sub(_UNBROKEN, self._fitting(text)))
        lines = [line.plain.rstrip().replace(_UNBROKEN, " ") for line in unbroken.wrap(self._console, room)]
        for index, line in enumerate(lines or [""]):
            whole = (rest if index else first) + line
            if end and not index:
                whole += " " * (self.width - cell_len(whole) - len(end)) + end
            self._print(Text(whole, style=style))

    def working(self, text: str) -> None:
        """Say what goes on, in a line that the next one replaces; nowhere but on a terminal."""
        if self._live:
            self.idle()
            shown = self._fitting(text)[: self.width - 1]
            self._shown = len(shown)
            self._write(shown)

    def idle(self) -> None:
        """Take away what goes on."""
        if self._shown:
            # Whoever pressed Ctrl-C has ^C at the end of it.
            self._write(f"\r{' ' * min(self._shown + 2, self.width - 1)}\r")
            self._shown = 0

    def _fitting(self, text: str) -> str:
        if not self.unicode:
            return text.translate(_SUBSTITUTES).encode("ascii", "backslashreplace").decode("ascii")
        return text.encode(self._encoding, "backslashreplace").decode(self._encoding)

    def _print(self, text: Text) -> None:
        self.idle()
        if self.failure is None:
            try:
                self._console.print(text)
            except OSError as error:
                self.failure = error

    def _write(self, text: str) -> None:
        if self.failure is None:
            try:
                self._file.write(text)
                self._file.flush()
            except OSError as error:
                self.failure = error


class _Console(Console):
    def on_broken_pipe(self) -> None:
        """Let whoever prints decide what to do, instead of ending the process."""
        raise BrokenPipeError


def _wants_ascii(environment: Mapping[str, str]) -> bool:
    """Tell whether the locale was set to one without characters outside of ASCII, whatever Python made of it."""
    if environment.get("PYTHONIOENCODING") or environment.get("PYTHONUTF8") == "1":
        return False
    locale = environment.get("LC_ALL") or environment.get("LC_CTYPE")
    if not locale or (locale in _COERCED and not environment.get("LC_ALL")):
        locale = environment.get("LANG", "")
    return locale in _C_LOCALES
