"""Running the suites with pytest."""

from __future__ import annotations

import contextlib
import io
import itertools
import os
import sys
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grader.lab import CannotJudgeError
from grader.lab import plugin as lab_plugin
from grader.lab.exercises import exercise_of
from grader.lab.plugin import PLAN, Judgement, Plan

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from grader.grading.judging import Judged, Session
    from grader.lab.exercises import Exercise
    from grader.lab.playing import Play
    from grader.lab.seen import Seen

_CONFIGURATION = Path(__file__).with_name("suites.ini")


def run(session: Session, judged: Judged) -> None:
    """Run the suites over the submissions and write down what comes of it.

    Raises:
        CannotJudgeError: no submission can be run at all.
    """
    suites = [exercise.suite for exercise in session.submissions]
    arguments = [
        "-c", str(_CONFIGURATION), "--rootdir", str(session.course.tests), "--noconftest", "--import-mode=importlib",
        "-p", "no:cacheprovider", "-p", "no:terminal", "-p", "no:faulthandler", "-p", "no:logging",
        "-p", "no:debugging", "-p", "no:unraisableexception", "-p", "no:threadexception", "-p", "no:junitxml",
        "-p", "no:doctest", "-p", "no:pastebin", "-p", "no:stepwise", "-p", "no:setuponly", "-p", "no:setupplan",
        "-p", "pytest_timeout", "--strict-markers", "--continue-on-collection-errors", "--capture=no", *suites,
    ]  # fmt: skip
    watcher = _Watcher(session, judged)
    loaded = set(sys.modules)
    output = contextlib.redirect_stdout(io.StringIO()) if session.silent else contextlib.nullcontext()
    try:
        try:
            with _clean_environment(), output, watcher.starting_in(session.course.tests):
                status = pytest.main(arguments, plugins=[watcher, lab_plugin])
        finally:
            _unload(set(sys.modules) - loaded, session.course.tests)
            session.player.close()
    except KeyboardInterrupt:
        status = pytest.ExitCode.INTERRUPTED
    if watcher.obstacle is not None:
        raise watcher.obstacle
    if status == pytest.ExitCode.INTERRUPTED:
        judged.interrupted = True
        return
    fine = status in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED)
    if not fine and not judged.faults and not judged.missing:
        judged.faults.append(f"pytest ended with {status!r}")
    watcher.complete()


class _Watcher:
    """Gives the plugin its plan, orders the suites, and notes everything that could go wrong around the checks.

    Attributes:
        obstacle: why no submission can be run at all.
    """

    def __init__(self, session: Session, judged: Judged) -> None:
        self._session = session
        self._judged = judged
        self._plays: list[Play] = []
        self._here = Path.cwd()
        self.obstacle: CannotJudgeError | None = None

    @contextlib.contextmanager
    def starting_in(self, folder: Path) -> Iterator[None]:
        """Let pytest start in a folder: as arguments it takes no path with brackets or two colons in it."""
        os.chdir(folder)
        try:
            yield
        finally:
            # Pytest has gone back to where it was started.
            os.chdir(self._here)

    @pytest.hookimpl(tryfirst=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        os.chdir(self._here)
        session = self._session
        config.stash[PLAN] = Plan(
            seed=session.seed,
            submissions=session.submissions.__getitem__,
            player=self,
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

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Judge the suites one after another, but none before all of its runs are done: no one waits for a slow one."""
        suites = [list(items) for _, items in itertools.groupby(session.items, key=lambda item: item.path)]
        plays: defaultdict[Exercise, list[Play]] = defaultdict(list)
        for play in self._plays:
            plays[play.submission.exercise].append(play)
        while suites:
            try:
                done = self._first_done([plays[exercise_of(items[0].path)] for items in suites])
            except CannotJudgeError as error:
                if self._judged.judgements:
                    self._judged.faults.append(str(error))
                else:
                    self.obstacle = error
                break
            items = suites.pop(done)
            for item, following in itertools.zip_longest(items, items[1:]):
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        return True

    def _first_done(self, groups: Sequence[Sequence[Play]]) -> int:
        # Nobody has to wait for the last suite; whether anything can be run at all is found out with the first one.
        if len(groups) == 1 and self._judged.judgements:
            return 0
        return self._session.player.first_done(groups)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self._judged.faults.append(f"the suite {report.nodeid} could not be read: {report.longreprtext}")

    def pytest_internalerror(self, excrepr: object) -> None:
        self._judged.faults.append(f"the grader failed: {excrepr}")

    def schedule(self, plays: Sequence[Play]) -> None:
        """Pass the plays on, and keep in mind which there are."""
        self._plays = list(plays)
        self._session.player.schedule(plays)

    def first_done(self, groups: Sequence[Sequence[Play]]) -> int:
        """Pass on."""
        return self._session.player.first_done(groups)

    def result(self, play: Play) -> Seen:
        """Pass on."""
        return self._session.player.result(play)

    def close(self) -> None:
        """Pass on."""
        self._session.player.close()

    def complete(self) -> None:
        """See to it that every check has exactly one verdict."""
        judged = {id(judgement.play) for judgement in self._judged.judgements}
        for play in self._plays:
            if id(play) not in judged:
                self._on_judgement(Judgement(play, "error", reason="it was not judged"))
        if len(self._judged.judgements) != len(self._plays):
            self._judged.faults.append(f"{len(self._plays)} checks have {len(self._judged.judgements)} verdicts")

    def _on_judgement(self, judgement: Judgement) -> None:
        self._judged.judgements.append(judgement)
        self._session.on_judgement(judgement)


def _unload(names: Iterable[str], suites: Path) -> None:
    """Forget the suites' modules: the next course that this process judges may have others of the same names."""
    place = suites.resolve()
    for name in names:
        file = getattr(sys.modules[name], "__file__", None)
        if file is not None and Path(file).resolve().is_relative_to(place):
            del sys.modules[name]


@contextlib.contextmanager
def _clean_environment() -> Iterator[None]:
    """Let no variable of the environment change how pytest works."""
    saved = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith("PYTEST_")}
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    try:
        yield
    finally:
        del os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"]
        os.environ.update(saved)
