"""Finding what can happen: every schedule within a number of preemptions, those with the fewest first."""

from __future__ import annotations

import random
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from grader.simulation._clock import nanoseconds
from grader.simulation.exploration._control import Control
from grader.simulation.exploration._instruments import instruments
from grader.simulation.exploration._outcome import Exploration, Outcome, outcome_key
from grader.simulation.exploration._points import SharedOffsets
from grader.simulation.exploration._schedule import Schedule, Switch
from grader.simulation.exploration._session import Session

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable

    from grader.simulation._simulate import Run
    from grader.simulation.exploration._control import Branch
    from grader.simulation.exploration._instruments import Rule

DEFAULT_PREEMPTIONS = 2
DEFAULT_LIMIT = 10_000


def explore(  # noqa: PLR0913 - a search has as many sides
    scenario: Callable[[], Any],
    *,
    files: Iterable[str],
    preemptions: int = DEFAULT_PREEMPTIONS,
    limit: int = DEFAULT_LIMIT,
    seed: int = 0,
    stall: float = 0.0,
    key: Callable[[Run[Any]], Hashable] = outcome_key,
    until: Callable[[Run[Any]], bool] | None = None,
) -> Exploration:
    """Run a scenario under every schedule with a few preemptions, and say what can come of it.

    A thread can be preempted, for any other that can run, before each bytecode of `files` that touches what threads
    can share. Where a thread waits or ends and several can run, each of them is tried, at no charge. Schedules without
    a preemption come first, then those with one, and so on. Those that come to the same as one that was run, because
    they differ from it only in when a thread read or computed what nobody had changed, are left out.

    If not all of them fit the limit, the rest of it is spent on schedules drawn at random, and the result says so.

    Args:
        scenario: called without arguments, once per schedule and once before. It must make afresh all that it uses, and
            do the same each time that its threads run in the same order.
        files: file names as compiled (``co_filename``).
        preemptions: how many a schedule may have.
        limit: how many schedules may be run.
        seed: for drawing at random.
        stall: simulated seconds for which a preempted thread stands still, which shows who depends on it; 0: it only
            lets others go first.
        key: tells outcomes apart; equal keys are one outcome. By default the result or error, and who waits in a
            deadlock.
        until: ends the search after the first run for which it returns true.

    Raises:
        ValueError: `preemptions` or `stall` is negative, or `limit` isn't positive.
        SimulationError: a simulation is already running in this process, or other tools leave no place in
            `sys.monitoring`.
        KeyboardInterrupt: and whatever else isn't an `Exception` that a signal handler raises.
    """
    if preemptions < 0:
        msg = f"the number of preemptions can't be negative, as {preemptions} is"
        raise ValueError(msg)
    if stall < 0:
        msg = f"a thread can't stand still for {stall} seconds"
        raise ValueError(msg)
    if limit < 1:
        msg = f"at least one schedule must be allowed; the limit is {limit}"
        raise ValueError(msg)
    return search(scenario, frozenset(files), Plan(preemptions, limit, seed, nanoseconds(stall), key, until))


@dataclass(frozen=True, slots=True)
class Plan:
    """How to search; the arguments of `explore`, and which instructions a thread can be preempted before."""

    preemptions: int
    limit: int
    seed: int = 0
    stall: int = 0
    key: Callable[[Run[Any]], Hashable] = outcome_key
    until: Callable[[Run[Any]], bool] | None = None
    rule: Rule = field(default_factory=SharedOffsets)


def search(scenario: Callable[[], Any], files: frozenset[str], plan: Plan) -> Exploration:
    """Search as `explore` does."""
    control = Control(plan.stall, plan.rule.effects if isinstance(plan.rule, SharedOffsets) else None)
    with Session(scenario, files, control, instruments(files, plan.rule, control.point)) as session:
        return _Search(session, control, plan).result()


class _Branches:
    """The schedules that go another way at one of the places of a branch, and have not been run."""

    __slots__ = ("_base", "_branch", "_high", "_low")

    def __init__(self, base: Schedule, branch: Branch, low: int = 0, high: int | None = None) -> None:
        self._base = base
        self._branch = branch
        self._low = low
        self._high = (branch.last - branch.first + 1) * len(branch.threads) if high is None else high

    def __len__(self) -> int:
        return self._high - self._low

    def without(self, places: int) -> _Branches | None:
        """Return what is left without the next few places, which lead to the same; None if that is nothing."""
        if len(self._branch.threads) > 1:
            return self
        low = self._low + places
        return _Branches(self._base, self._branch, low, self._high) if low < self._high else None

    def take(self, index: int) -> tuple[Schedule, list[_Branches]]:
        """Return one schedule, and what is left without it."""
        index += self._low
        branch = self._branch
        place, which = divmod(index, len(branch.threads))
        schedule = self._base.then(Switch(branch.first + place, branch.threads[which], preempts=branch.preempts))
        parts = (_Branches(self._base, branch, *ends) for ends in ((self._low, index), (index + 1, self._high)))
        return schedule, [part for part in parts if len(part)]


@dataclass(slots=True)
class _Found:
    schedule: Schedule
    run: Run[Any]
    count: int = 1


class _Search:
    def __init__(self, session: Session, control: Control, plan: Plan) -> None:
        self._session = session
        self._control = control
        self._plan = plan
        self._levels: list[deque[_Branches]] = [deque() for _ in range(plan.preemptions + 1)]
        self._untried = [0] * (plan.preemptions + 1)
        self._found: dict[Hashable, _Found] = {}
        self._tried = self._sampled = self._strayed = 0
        self._ended = False

    def result(self) -> Exploration:
        """Search, and sum up."""
        # The first run of all loads and caches what later runs find done, so it may differ and doesn't count.
        self._session.run(Schedule())
        self._try(Schedule())
        self._systematically()
        self._at_random()
        return Exploration(
            outcomes=tuple(Outcome(key, one.schedule, one.count, one.run) for key, one in self._found.items()),
            tried=self._tried,
            untried=sum(self._untried),
            strayed=self._strayed,
            preemptions=self._plan.preemptions,
            sampled=self._sampled,
            seed=self._plan.seed,
        )

    def _try(self, schedule: Schedule) -> None:
        spent = schedule.preemptions
        run = self._session.run(schedule, preempting=spent < self._plan.preemptions)
        self._tried += 1
        control = self._control
        if control.strayed:
            self._strayed += 1
        else:
            for branch in control.branches:
                branches = _Branches(schedule, branch)
                self._levels[spent + branch.preempts].append(branches)
                self._untried[spent + branch.preempts] += len(branches)
        key = self._plan.key(run)
        if key in self._found:
            self._found[key].count += 1
        else:
            self._found[key] = _Found(schedule, run)
        if self._plan.until is not None and self._plan.until(run):
            self._ended = True

    def _systematically(self) -> None:
        """Run all schedules, level by level, up to the first level that doesn't fit the limit."""
        for level, queue in enumerate(self._levels):
            while queue:
                if self._ended or self._tried + self._untried[level] > self._plan.limit:
                    return
                branches = queue.popleft()
                schedule, rest = branches.take(0)
                self._try(schedule)
                left = [part for part in (one.without(self._control.equivalent) for one in rest) if part is not None]
                self._untried[level] -= len(branches) - sum(map(len, left))
                queue.extendleft(left)

    def _at_random(self) -> None:
        """Spend the rest of the limit on schedules of every level, each as likely as any other that is known."""
        draw = random.Random(self._plan.seed).randrange  # noqa: S311 - for repeatable samples, not for secrets
        pool: list[tuple[int, _Branches]] = []
        largest = 1
        while not self._ended and self._tried < self._plan.limit:
            for level, queue in enumerate(self._levels):
                pool.extend((level, branches) for branches in queue)
                largest = max([largest, *map(len, queue)])
                queue.clear()
            if not pool:
                return
            # A group of schedules is taken as often as it is large.
            place, index = draw(len(pool)), draw(largest)
            level, branches = pool[place]
            if index >= len(branches):
                continue
            pool[place] = pool[-1]
            pool.pop()
            schedule, rest = branches.take(index)
            pool.extend((level, part) for part in rest)
            self._untried[level] -= 1
            self._sampled += 1
            self._try(schedule)
