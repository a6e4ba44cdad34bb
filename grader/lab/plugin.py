"""The pytest plugin that turns checks into plays, and plays into verdicts.

Alone it performs everything in this process; `grader.grading` puts a player in its place that uses workers.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from grader.lab.checks import Check
from grader.lab.circumstances import require_an_end
from grader.lab.exercises import Exercise, exercise_of
from grader.lab.failure import Failure, FailureData
from grader.lab.playing import InProcessPlayer, Play, Player, Submission, make_play
from grader.lab.seen import Measures, Seen
from grader.lab.wording import failure_lines

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
    verdict: str
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
_FAILED = pytest.StashKey[set[tuple[Submission, str]]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options for use from an editor; the grader's own command sets a `Plan` instead."""
    group = parser.getgroup("grader", "judging submissions")
    group.addoption("--submission", default="exercises", help="the tree to judge (default: exercises)")
    group.addoption("--seed", type=int, default=None, help="repeat a run with the same random inputs")


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker, and make a plan unless there is one."""
    config.addinivalue_line("markers", "check(info): a check with a title, points, a task and a scenario")
    config.stash[_FAILED] = set()
    if PLAN in config.stash:
        return
    tree = Path(config.getoption("--submission")).absolute()
    seed = config.getoption("--seed")
    config.stash[PLAN] = Plan(
        seed=secrets.randbits(_SEED_BITS) if seed is None else seed,
        submissions=lambda exercise: [Submission(exercise, tree / exercise.file)],
        player=InProcessPlayer(),
        reference=lambda _exercise, _name: None,
        on_judgement=lambda _judgement: None,
    )


def pytest_report_header(config: pytest.Config) -> str:
    """Print the seed that repeats this run."""
    return f"grader: --seed {config.stash[PLAN].seed}"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Judge each submission by each check."""
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
    config.stash[PLAN].player.close()


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
    found = request.config.stash[PLAN].player.result(play)
    node.stash[_SEEN] = found
    return found


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_call(item: pytest.Item) -> None:
    """Fail a check whose call never came to an end, before its expectations are asked."""
    if _SEEN in item.stash:
        require_an_end(item.stash[_SEEN])


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn pytest's outcome into a verdict, and word the failure for whoever reads pytest's own output."""
    report = yield
    play = item.stash.get(_PLAY, None)
    if play is None or (report.when == "setup" and report.passed) or (report.when == "teardown" and report.passed):
        return report
    judgement = _judged(play, item.stash.get(_SEEN, None), report, call)
    if judgement.failure is not None:
        report.longrepr = "\n".join(failure_lines(judgement.failure))
    if judgement.verdict in {"fail", "skip", "error"}:
        item.config.stash[_FAILED].add((play.submission, play.name))
    item.config.stash[PLAN].on_judgement(judgement)
    return report


def check_of(item: pytest.Item) -> Check | None:
    """Return what a test checks, or None if it is no check."""
    marker = item.get_closest_marker("check")
    return marker.args[0] if marker is not None else None


def _judged(
    play: Play, seen: Seen | None, report: pytest.TestReport, call: pytest.CallInfo[None]
) -> Judgement:
    measures = seen.measures if seen is not None else None
    if report.passed:
        return Judgement(play, "pass", measures=measures, seen=seen)
    if report.skipped:
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        return Judgement(play, "skip", reason=reason.removeprefix("Skipped: "), seen=seen)
    error = call.excinfo.value if call.excinfo is not None else None
    if isinstance(error, Failure):
        return Judgement(play, "fail", failure=error.data, measures=measures, seen=seen)
    reason = f"{type(error).__name__}: {error}" if error is not None else "unknown"
    return Judgement(play, "error", reason=reason, seen=seen)
