"""Judging submissions: pytest runs the suites in this process, which no submission ever enters."""

from __future__ import annotations

import contextlib
import io
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from grader.lab import plugin as lab_plugin
from grader.lab.exercises import Course, Exercise
from grader.lab.playing import Player, Submission
from grader.lab.plugin import PLAN, Judgement, Plan
from grader.lab.seen import Measures

_CONFIGURATION = Path(__file__).with_name("suites.ini")
_VARIABLES = ("PYTEST_ADDOPTS", "PYTEST_PLUGINS")


@dataclass
class Session:
    """What is to be judged, and how.

    Attributes:
        course: where the suites are.
        submissions: the submissions of each exercise.
        seed: of everything random.
        player: performs the plays.
        reference: the reference solution's figures for a check, if known.
        on_judgement: called with each verdict as it comes.
        checks: names of the only checks to run; empty means all.
        silent: whether what is printed in this process, such as pytest's own words, is thrown away.
    """

    course: Course
    submissions: dict[Exercise, list[Submission]]
    seed: int
    player: Player
    reference: Callable[[Exercise, str], Measures | None] = lambda _exercise, _name: None
    on_judgement: Callable[[Judgement], None] = lambda _judgement: None
    checks: frozenset[str] = frozenset()
    silent: bool = True


@dataclass
class Judged:
    """What came of a session.

    Attributes:
        judgements: every verdict, in the order of the suites.
        faults: what went wrong in the grader or its suites, as text.
        interrupted: whether somebody pressed Ctrl-C.
        missing: names of checks that were asked for and don't exist.
    """

    judgements: list[Judgement] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    interrupted: bool = False
    missing: list[str] = field(default_factory=list)


def judge(session: Session) -> Judged:
    """Run the suites over the submissions. Every check that was collected gets a verdict."""
    judged = Judged()
    suites = [str(session.course.tests / exercise.suite) for exercise in session.submissions]
    arguments = [
        "-c", str(_CONFIGURATION), "--rootdir", str(session.course.tests), "--noconftest", "--import-mode=importlib",
        "-p", "no:cacheprovider", "-p", "no:terminal", "-p", "no:faulthandler", "-p", "no:logging",
        "-p", "no:debugging", "-p", "pytest_timeout", "--strict-markers", "--capture=no", *suites,
    ]  # fmt: skip
    watcher = _Watcher(session, judged)
    output = contextlib.redirect_stdout(io.StringIO()) if session.silent else contextlib.nullcontext()
    with _clean_environment(), output:
        status = pytest.main(arguments, plugins=[watcher, lab_plugin])
    if status == pytest.ExitCode.INTERRUPTED:
        judged.interrupted = not judged.faults
    elif status not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED) and not judged.faults and not judged.missing:
        judged.faults.append(f"pytest ended with {status!r}")
    if not judged.interrupted and watcher.expected != len(judged.judgements):
        judged.faults.append(f"{watcher.expected} checks were expected, {len(judged.judgements)} came")
    return judged


class _Watcher:
    """Gives the plugin its plan, and notes everything that could go wrong around the checks."""

    def __init__(self, session: Session, judged: Judged) -> None:
        self._session = session
        self._judged = judged
        self.expected = 0

    @pytest.hookimpl(tryfirst=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        session = self._session
        config.stash[PLAN] = Plan(
            seed=session.seed,
            submissions=session.submissions.__getitem__,
            player=session.player,
            reference=session.reference,
            on_judgement=self._on_judgement,
        )

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        wanted = self._session.checks
        if wanted:
            names = {getattr(item, "originalname", item.name) for item in items}
            self._judged.missing = sorted(wanted - names)
            items[:] = [item for item in items if getattr(item, "originalname", item.name) in wanted]

    @pytest.hookimpl(trylast=True)
    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self.expected = len(session.items)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self._judged.faults.append(f"the suite {report.nodeid} could not be read: {report.longreprtext}")

    def pytest_internalerror(self, excrepr: object) -> None:
        self._judged.faults.append(f"the grader failed: {excrepr}")

    def _on_judgement(self, judgement: Judgement) -> None:
        self._judged.judgements.append(judgement)
        self._session.on_judgement(judgement)


@contextlib.contextmanager
def _clean_environment() -> Iterator[None]:
    """Let no variable of the environment change how pytest works."""
    saved = {name: os.environ.pop(name) for name in _VARIABLES if name in os.environ}
    before = os.environ.get("PYTEST_DISABLE_PLUGIN_AUTOLOAD")
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    try:
        yield
    finally:
        os.environ.update(saved)
        if before is None:
            del os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"]
        else:
            os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = before
