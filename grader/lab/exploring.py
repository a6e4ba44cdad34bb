"""Performing a scenario under one schedule after another, each time with a submission that has been loaded afresh."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec

from grader.lab.actors import Announcer
from grader.lab.describing import explored_of, outcome_of, place_of, raised
from grader.lab.interrupting import from_outside, interruptible
from grader.lab.loading import Fresh
from grader.lab.mock_api import MockApi
from grader.lab.mock_api.quick_sessions import quick_sessions
from grader.lab.observation import Explored, Observation, Outcome
from grader.lab.plain import clipped, plain
from grader.lab.props import MissingNameError, Student, argument_of, play_of, served_routes
from grader.simulation import Replays, Schedule, ScheduleError, SimulationStopped, explore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from grader.simulation import Exploration, Run

_DESCRIBED = 20
_REPLAYED = 8
_TOLD = 10


def perform_explored(request: dict[str, Any], module: str, file: Path) -> Observation:
    """Explore the schedules of a cast scenario with the submission in `file`, and describe what they lead to.

    Args:
        request: `grader.lab.scenario.Cast.request`; it holds how to explore, and maybe a schedule to replay instead.
        module: dotted name to import the file under.
        file: the submission's file.

    Raises:
        KeyboardInterrupt: somebody pressed Ctrl-C. A test's time-out makes the submission a runaway.
    """
    search = _Search(request, module, file)
    try:
        with interruptible() as interruption, search.api_open():
            schedule = request["exploring"].get("schedule")
            explored = search.explored() if schedule is None else search.replayed(schedule)
    except BaseException as error:
        if interruption.ends(error):
            return Observation("runaway", place=place_of(interruption.site))
        raise
    return search.told(explored)


def _is_endless(run: Run[Any]) -> bool:
    """Tell whether a run never ends: that says enough, and each further one would take long."""
    return run.standstill is not None and run.standstill.reason == "endless"


@dataclass
class _Told:
    """What one run tells, beside its result: the same in every run, but for a program that is out of its mind."""

    loaded: bool = False
    missing: bool = False
    names: list[str] = field(default_factory=list)


class _Search:
    def __init__(self, request: dict[str, Any], module: str, file: Path) -> None:
        self._request = request
        self._plan = request["exploring"]
        self._watch = str(file)
        self._fresh = Fresh(module, file)
        self._told = _Told()
        self._play: Callable[..., Any] = play_of(request["play"])
        link = _NoWitness(self._plan["payloads"])
        self._announcer = Announcer(link, "job")
        self.api = MockApi(served_routes(request), Announcer(link, "request"))

    @contextmanager
    def api_open(self) -> Iterator[None]:
        """Keep the mock API open, if there is one."""
        if not self.api.routes:
            yield
            return
        with self.api, quick_sessions():
            yield

    def explored(self) -> Explored:
        """Search, and show again what the first outcomes come of."""
        plan = self._plan
        found = explore(
            self._scenario,
            files=[self._watch],
            preemptions=plan["preemptions"],
            limit=plan["limit"],
            seed=plan["seed"],
            stall=plan["stall"],
            until=_is_endless,
        )
        return explored_of(found, list(self._described(found)))

    def replayed(self, text: str) -> Explored:
        """Follow one schedule."""
        none = Explored([], 0, self._plan["preemptions"], 0, replayed=True)
        try:
            schedule = Schedule.parse(text)
            with self._replays() as replays:
                outcome = _again(replays, schedule)
        except ScheduleError as error:
            return msgspec.structs.replace(none, lost=clipped(str(error), 500))
        return msgspec.structs.replace(none, outcomes=[outcome], kinds=1, tried=1)

    def told(self, explored: Explored) -> Observation:
        """Tell all outcomes, and the first one as a run without a search tells it."""
        common: dict[str, Any] = {
            "explored": explored,
            "names": self._told.names,
            "unserved": [clipped(text, 300) for text in dict.fromkeys(self.api.unserved)][:_TOLD],
            "faults": [clipped(text, 300) for text in dict.fromkeys(self.api.faults)][:_TOLD],
        }
        first = explored.outcomes[0] if explored.outcomes else None
        if first is None:
            return Observation("returned", **common)
        if first.how == "raised":
            how = "unloadable" if not self._told.loaded else "missing" if self._told.missing else "raised"
            return Observation(how, error=first.error, **common)  # type: ignore[arg-type]  # one of the three
        # A standstill is for the check to tell, with the schedule that led to it.
        return Observation("returned", value=first.value, **common)

    def _described(self, found: Exploration) -> Iterable[Outcome]:
        with self._replays() as replays:
            for number, one in enumerate(found.outcomes[:_DESCRIBED]):
                outcome = outcome_of(one.schedule, one.run, count=one.count)
                try:
                    replayed = number < _REPLAYED and not _is_endless(one.run)
                    yield _again(replays, one.schedule, one.count) if replayed else outcome
                except ScheduleError:
                    # It strays: the same order of threads doesn't make it do the same again.
                    yield outcome

    def _replays(self) -> Replays:
        return Replays(self._scenario, files=[self._watch], stall=self._plan["stall"])

    def _scenario(self) -> bytes:
        """Run the play once, and return what came of it in a form that is equal if it is."""
        self.api.restart()
        told = self._told = _Told()
        try:
            student = Student(self._fresh.load(id=_Numbers()), told.names)
            told.loaded = True
            value = plain(
                self._play(student, *[argument_of(item, self._announcer) for item in self._request["arguments"]])
            )
        except SimulationStopped:
            raise
        except BaseException as error:
            if from_outside(error) and not isinstance(error, Exception):
                raise
            told.missing = isinstance(error, MissingNameError)
            return msgspec.json.encode(Outcome("", 1, "raised", error=raised(error, self._watch)))
        return msgspec.json.encode(Outcome("", 1, "returned", value=value))


def _again(replays: Replays, schedule: Schedule, count: int = 1) -> Outcome:
    """Follow a schedule, and describe what it led to and what the lines did."""
    found = replays.replay(schedule)
    return outcome_of(schedule, found.run, count=count, replay=found)


class _Numbers:
    """Stands in for `id`: numbers objects in the order in which they are asked for.

    Addresses differ from run to run, so a program that takes locks in the order of `id` could not be run again in the
    same order of its threads.
    """

    def __init__(self) -> None:
        self._known: dict[int, tuple[int, object]] = {}

    def __call__(self, thing: object, /) -> int:
        """Return the number of an object, which no other one has; it is kept, so that none can get its address."""
        return self._known.setdefault(id(thing), (len(self._known) + 1, thing))[0]


class _NoWitness:
    """Stands in for the judge's witness, who can't be asked in each of thousands of runs: it hands out what it has."""

    def __init__(self, payloads: dict[str, Any]) -> None:
        self._payloads = payloads

    def begin(self, key: str, details: dict[str, Any]) -> None:
        """Hear of a begin."""

    def end(self, key: str) -> Any:  # noqa: ANN401 - any JSON value
        """Return what belongs to the key, each time."""
        return self._payloads[key]

    def abandon(self, key: str, details: dict[str, Any]) -> None:
        """Hear of an end without a result."""

    def note(self, key: str, details: dict[str, Any]) -> None:
        """Hear of anything else."""
