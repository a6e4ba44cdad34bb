"""Which text of a format goes where: standard output, a folder, the files that GitHub names."""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from grader.errors import BadInputError
from grader.report.files import write_file
from grader.report.formats._classroom import to_outputs, to_runners
from grader.report.formats._classroom50 import require_identity, to_classroom50, to_release_body
from grader.report.formats._github import SUMMARY_LIMIT, new_fence, to_annotations, to_summary
from grader.report.formats._gradescope import to_gradescope
from grader.report.formats._junit import to_junit
from grader.report.formats._markdown import to_markdown
from grader.report.json_report import json_text, to_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from grader.report.formats._graded import Graded

SUMMARY, OUTPUT = "GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT"


@dataclass(frozen=True)
class Outlet:
    """How a format is put out.

    Attributes:
        files: makes the texts of its files, by their usual names.
        to_stdout: whether the first of them is also what is printed; else the log gets the report for people.
        is_grade: whether what reads it takes it for a grade, so that only a whole and trusted run may make one.
        here: whether its files are also wanted where no folder is named: in the current one.
        log: makes what comes after the report for people, where that is printed.
        named: the file that GitHub names by this variable.
        append: makes what is appended to that file; it is told how many bytes that has.
    """

    files: Callable[[Graded], dict[str, str]]
    to_stdout: bool = True
    is_grade: bool = False
    here: bool = False
    log: Callable[[Graded], str] = lambda _graded: ""
    named: str = ""
    append: Callable[[Graded, int], str] = lambda _graded, _used: ""

    def printed(self, graded: Graded) -> str:
        """Return what is printed; for a log, behind the report for people."""
        return next(iter(self.files(graded).values())) if self.to_stdout else self.log(graded)

    @contextmanager
    def fenced(self, log: TextIO) -> Iterator[None]:
        """Let GitHub's runner obey nothing of what is printed meanwhile: some of it may be a submission's words."""
        fence = new_fence()
        with suppress(OSError):  # whoever prints the rest finds out what is wrong
            log.write(fence.begin)
            log.flush()
        try:
            yield
        finally:
            with suppress(OSError):
                log.write(f"\n{fence.end}")
                log.flush()

    def require(self, environment: Mapping[str, str], folder: Path | None) -> None:
        """Look, before anything is judged, whether the result will have a place to go.

        Raises:
            BadInputError: something of the environment is missing; the message says what.
        """
        if self.here:
            require_identity(environment)
        if self.named == OUTPUT and not environment.get(OUTPUT) and folder is None:
            msg = f"{OUTPUT} isn't set: outside of GitHub's runners, name a folder for the result with --out."
            raise BadInputError(msg)

    def write(self, graded: Graded, folder: Path | None, environment: Mapping[str, str]) -> None:
        """Write all but what is printed.

        Raises:
            BadInputError: a file can't be written; the message says which and why.
        """
        if self.named and environment.get(self.named):
            _append(Path(environment[self.named]), graded, self.append)
        target = Path.cwd() if folder is None and self.here else folder
        if target is None:
            return
        for name, text in self.files(graded).items():
            write_file(target, name, text)
        if folder is not None:
            write_file(folder, "report.json", to_json(graded.report))


def outlet(name: str, *, strict: bool = False, environment: Mapping[str, str] = os.environ) -> Outlet:
    """Return the outlet of a format.

    Args:
        name: one of `FORMATS`.
        strict: for ``junit``: only what Jenkins' schema knows.
        environment: of this process.
    """
    return {
        "json": Outlet(lambda graded: {"report.json": to_json(graded.report)}),
        "junit": Outlet(lambda graded: {"junit.xml": to_junit(graded, strict=strict)}),
        "markdown": Outlet(lambda graded: {"report.md": to_markdown(graded)}),
        "github": Outlet(
            lambda graded: {"report.md": to_markdown(graded, SUMMARY_LIMIT)},
            to_stdout=False,
            log=to_annotations,
            named=SUMMARY,
            append=to_summary,
        ),
        "classroom50": Outlet(
            lambda graded: _classroom50_files(graded, environment), to_stdout=False, is_grade=True, here=True
        ),
        "classroom": Outlet(
            lambda graded: {"classroom.json": json_text(to_runners(graded))},
            to_stdout=False,
            is_grade=True,
            named=OUTPUT,
            append=lambda graded, _used: to_outputs(graded),
        ),
        "gradescope": Outlet(lambda graded: {"results.json": to_gradescope(graded)}, is_grade=True),
    }[name]


def _classroom50_files(graded: Graded, environment: Mapping[str, str]) -> dict[str, str]:
    # Without result.json, and with an exit code other than 0, Classroom 50 says "submitted, error": no points are lost.
    body = {"release-body.md": to_release_body(graded)}
    return body if graded.no_grade else {"result.json": to_classroom50(graded, environment, datetime.now(UTC)), **body}


def _append(path: Path, graded: Graded, make: Callable[[Graded, int], str]) -> None:
    try:
        with path.open("a", encoding="utf-8", newline="\n") as file:
            file.write(make(graded, file.tell()))
    except OSError as error:
        msg = f"{path} can't be written: {error.strerror or error}. It is the file that GitHub's runner names."
        raise BadInputError(msg) from None
