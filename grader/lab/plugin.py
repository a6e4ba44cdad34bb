"""The pytest plugin that turns checks into plays, and plays into verdicts.

Alone it performs everything in this process; `grader.grading` puts a player in its place that uses workers.
"""

from __future__ import annotations

import math
import random
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest

from grader.lab.checks import Check
from grader.lab.circumstances import require_an_end
from grader.lab.exercises import Exercise, NoCourseError, exercise_of, find_course
from grader.lab.failure import CannotJudgeError, Failure, FailureData, Verdict
from grader.lab.playing import Play, Player, Submission, make_play
from grader.lab.seen import Measures, Seen
from grader.lab.wording import failure_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence


_SEED_BITS = 32


@dataclass(frozen=True)
class Judgement:
    """The verdict of one check on one submission.

    Attributes:
        play: what was judged.
        verdict: ``pass``, ``fail``, ``skip`` or ``error``.
        failure: what the student is told; None unless the verdict is ``fail``.
        reason: why it was skipped, or what went wrong in the grader.
        measures: the run's own figures, where there was one.
        seen: the run itself, where there was one.
    """

    play: Play
    verdict: Verdict
    failure: FailureData | None = None
    reason: str = ""
    measures: Measures | None = None
    seen: Seen | None = None


@dataclass
class Plan:
    """What a pytest session judges, and who is told.

    Attributes:
        seed: of everything random.
        submissions: the submissions that are judged for an exercise.
        player: performs the plays.
        reference: the reference solution's figures for a check, if known.
        on_judgement: called with each verdict as it comes.
    """

    seed: int
    submissions: Callable[[Exercise], Sequence[Submission]]
    player: Player
    reference: Callable[[Exercise, str], Measures | None]
    on_judgement: Callable[[Judgement], None]


PLAN = pytest.StashKey[Plan]()
_PLAY = pytest.StashKey[Play]()
_SEEN = pytest.StashKey[Seen]()
_REFUSED = pytest.StashKey[Failure]()
_FAILED = pytest.StashKey[set[tuple[Submission, str]]]()
_UNJUDGED = "grader_unjudged"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options for use from an editor; the grader's own command sets a `Plan` instead."""
    group = parser.getgroup("grader", "judging submissions")
    group.addoption("--submission", metavar="DIR", help="the tree to judge (default: exercises/ of the course)")
    group.addoption("--seed", type=int, default=None, help="repeat a run with the same random inputs")


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker, and make a plan unless there is one."""
    config.addinivalue_line("markers", "check(info): a check with a title, points, a task and a scenario")
    config.stash[_FAILED] = set()
    if PLAN in config.stash:
        return
    from grader.lab.in_process import InProcessPlayer  # noqa: PLC0415 - the grader's command doesn't need it here

    tree = _tree(config)
    seed = config.getoption("--seed")
    config.stash[PLAN] = Plan(
        seed=random.SystemRandom().getrandbits(_SEED_BITS) if seed is None else seed,
        submissions=lambda exercise: [Submission(exercise, tree / exercise.file)],
        player=InProcessPlayer(),
        reference=lambda _exercise, _name: None,
        on_judgement=lambda _judgement: None,
    )


def pytest_report_header(config: pytest.Config) -> str:
    """Print the seed that repeats this run."""
    return f"grader: --seed {config.stash[PLAN].seed}"


def pytest_report_teststatus(report: pytest.TestReport) -> tuple[str, str, str] | None:
    """Show a check that could not be judged as an error: it is nobody's failure."""
    return ("error", "E", "ERROR") if getattr(report, _UNJUDGED, False) else None


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Judge each submission by each check.

    Raises:
        pytest.Collector.CollectError: a test is half a check.
    """
    problem = _problem(metafunc)
    if problem:
        msg = f"{metafunc.definition.path.name}: {metafunc.function.__name__} {problem}"
        raise pytest.Collector.CollectError(msg)
    if "seen" not in metafunc.fixturenames:
        return
    submissions = metafunc.config.stash[PLAN].submissions(exercise_of(metafunc.definition.path))
    ids: list[Any] = [item.label or pytest.HIDDEN_PARAM for item in submissions]
    metafunc.parametrize("seen", submissions, ids=ids, indirect=True)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Cast every check's scenario."""
    plan = config.stash[PLAN]
    for item in items:
        found = check_of(item)
        callspec = getattr(item, "callspec", None)
        if found is None or callspec is None or not isinstance(item, pytest.Function):
            continue
        submission: Submission = callspec.params["seen"]
        name = item.originalname
        reference = plan.reference(submission.exercise, name)
        item.stash[_PLAY] = make_play(submission, name, found, plan.seed, reference)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Let the player begin: what is asked for first comes first."""
    plays = [item.stash[_PLAY] for item in session.items if _PLAY in item.stash]
    session.config.stash[PLAN].player.schedule(plays)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the player."""
    plan = config.stash.get(PLAN, None)
    if plan is not None:
        plan.player.close()


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a check that says nothing because one that it needs has failed."""
    play = item.stash.get(_PLAY, None)
    if play is None:
        return
    failed = item.config.stash[_FAILED]
    for name in play.check.needs:
        if (play.submission, name) in failed:
            pytest.skip(f"says nothing while {name} fails")


@pytest.fixture
def seen(request: pytest.FixtureRequest) -> Seen:
    """What was seen of the check's scenario, performed with the submission."""
    node = request.node
    play: Play = node.stash[_PLAY]
    try:
        found: Seen = request.config.stash[PLAN].player.result(play)
    except Failure as failure:
        node.stash[_REFUSED] = failure
        return cast("Seen", None)  # nobody gets to see it
    node.stash[_SEEN] = found
    return found


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_call(item: pytest.Item) -> None:
    """Fail a check whose call never began, or never came to an end, before its expectations are asked."""
    if _REFUSED in item.stash:
        raise item.stash[_REFUSED]
    if _SEEN in item.stash:
        require_an_end(item.stash[_SEEN])


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn pytest's outcome into a verdict, and word the failure for whoever reads pytest's own output."""
    if call.excinfo is not None and isinstance(call.excinfo.value, Failure):
        # Pytest would look for the statement that raised it, which takes longer than most checks, and find the suite's.
        words = "\n".join(failure_lines(call.excinfo.value.data))
        item.repr_failure = lambda excinfo, style=None: words  # type: ignore[method-assign]  # noqa: ARG005 - pytest's signature
    report = yield
    play = item.stash.get(_PLAY, None)
    if play is None or (report.when == "setup" and report.passed) or (report.when == "teardown" and report.passed):
        return report
    judgement = _judged(play, item.stash.get(_SEEN, None), report, call)
    if judgement.verdict == "error":
        setattr(report, _UNJUDGED, True)
    if judgement.verdict in {"fail", "skip", "error"}:
        item.config.stash[_FAILED].add((play.submission, play.name))
    item.config.stash[PLAN].on_judgement(judgement)
    return report


def check_of(item: pytest.Item) -> Check | None:
    """Return what a test checks, or None if it is no check."""
    marker = item.get_closest_marker("check")
    return marker.args[0] if marker is not None else None


def _judged(play: Play, seen: Seen | None, report: pytest.TestReport, call: pytest.CallInfo[None]) -> Judgement:
    measures = seen.measures if seen is not None else None
    if report.passed:
        return Judgement(play, "pass", measures=measures, seen=seen)
    if report.skipped:
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        return Judgement(play, "skip", reason=reason.removeprefix("Skipped: "), seen=seen)
    error = call.excinfo.value if call.excinfo is not None else None
    if isinstance(error, Failure):
        return Judgement(play, "fail", failure=error.data, measures=measures, seen=seen)
    return Judgement(play, "error", reason=_reason(error), seen=seen)


def _reason(error: BaseException | None) -> str:
    if error is None:
        return "unknown"
    if isinstance(error, CannotJudgeError):
        return str(error)
    *_, last = traceback.extract_tb(error.__traceback__) or [None]
    where = f" ({Path(last.filename).name}, line {last.lineno})" if last is not None else ""
    return f"{type(error).__name__}: {error}{where}"


def _tree(config: pytest.Config) -> Path:
    given: str | None = config.getoption("--submission")
    if given is None:
        try:
            return find_course(config.invocation_params.dir).exercises_tree
        except NoCourseError as error:
            raise pytest.UsageError(str(error)) from None
    tree = config.invocation_params.dir / given
    if not tree.is_dir():
        msg = f"The submission {given!r} is not a folder. Give --submission a folder shaped like exercises/."
        raise pytest.UsageError(msg)
    return tree


def _problem(metafunc: pytest.Metafunc) -> str:
    """Return what makes a test neither a check nor an ordinary test; an empty string if nothing does."""
    takes_seen = "seen" in metafunc.fixturenames
    marker = metafunc.definition.get_closest_marker("check")
    if marker is None:
        return "takes `seen`, but is no check: put @check(...) above it" if takes_seen else ""
    found = marker.args[0] if marker.args else None
    if not isinstance(found, Check):
        return "is marked by hand: use @check(...) of grader.lab"
    if not takes_seen:
        return "is a check, so it takes `seen`: give it that parameter"
    if metafunc.definition.get_closest_marker("parametrize") is not None:
        return "is a check, which can't be parametrized: write one check for each"
    if not found.needs:
        return ""
    above = [name for name, value in vars(metafunc.module).items() if _line(value) < _line(metafunc.function)]
    unknown = [name for name in found.needs if name not in above]
    return f"needs {unknown[0]}, which is no check above it" if unknown else ""


def _line(function: object) -> float:
    """Return where a check begins in its file; no other thing is above a check."""
    marks = getattr(function, "pytestmark", [])
    code = getattr(function, "__code__", None)
    is_check = any(getattr(mark, "name", "") == "check" for mark in marks)
    return code.co_firstlineno if is_check and code is not None else math.inf
