"""Where a scenario is performed: the submission's module, its arguments, and the clock that it runs on."""

from __future__ import annotations

import asyncio
import gc
import inspect
import sys
import types
import warnings
from asyncio import run as run_coroutine
from contextlib import contextmanager, nullcontext
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from grader.lab.actors import Announcer, Link
from grader.lab.clock import Clock, SimulatedClock
from grader.lab.describing import clipped, happenings, left_behind, place_of, raised, session_of, short_name, stop_of
from grader.lab.interrupting import from_outside, interruptible
from grader.lab.loading import load
from grader.lab.mock_api import MockApi
from grader.lab.mock_api.api import doors_named_in
from grader.lab.mock_api.moment import active as find_simulation
from grader.lab.observation import Left, Observation, Raised
from grader.lab.plain import name_of_type, plain
from grader.lab.processes.announcing import Announcer as RequestAnnouncer
from grader.lab.processes.reality import Reality
from grader.lab.props import MissingNameError, Student, argument_of, play_of, served_routes
from grader.simulation import SimulationStopped

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator
    from pathlib import Path

    from grader.simulation import Run

CALL = "call"
"""The key under which the call itself is announced to the witness."""

_ZERO_TIME_STEPS = 10
_ORIGIN_DEPTH = 10
_LEFT_LIMIT = 100


find_simulation()  # here, so that no submission comes first


@dataclass
class _Notes:
    """What is learnt on the way, beside the result."""

    clock: Clock
    loaded: bool = False
    missing: bool = False
    names: list[str] = field(default_factory=list)
    error: Raised | None = None
    began: int = 0
    elapsed: int | None = None
    left: list[Left] = field(default_factory=list)


def perform(request: dict[str, Any], module: str, file: Path, link: Link, clock: Clock | None = None) -> Observation:
    """Perform a cast scenario with the submission in `file`, and describe what happened.

    Args:
        request: `grader.lab.scenario.Cast.request`.
        module: dotted name to import the file under.
        file: the submission's file.
        link: the way to the witness.
        clock: what runs it; by default the simulation.

    Raises:
        KeyboardInterrupt: somebody pressed Ctrl-C; one that the submission raises is its result. A test's time-out
            makes it a runaway.
    """
    notes = _Notes(clock or SimulatedClock())
    watch = str(file)
    routes = served_routes(request)
    reality = Reality(request, [asdict(route) for route in routes], module, file) if "processes" in request else None
    if reality is None:
        api = MockApi(routes, Announcer(link, "request"), doors=_doors(file) if routes else ())
    else:
        link = reality.messenger
        requests = RequestAnnouncer(reality.messenger)
        api = MockApi(routes, requests, pause=requests.pause, on_unserved=requests.unserved)

    def act() -> Any:  # noqa: ANN401 - a plain value
        # Opening the doors takes longer than many a scenario: they stay shut where nothing is behind them.
        with api if api.routes else nullcontext():
            student = Student(_load(module, file, notes), notes.names)
            if not request.get("function") and "play" not in request:
                return None
            return plain(_act(request, student, Announcer(link, "job"), notes, watch))

    def run() -> Any:  # noqa: ANN401 - a plain value
        try:
            return act()
        except SimulationStopped:
            raise
        except BaseException as error:
            if from_outside(error) and not isinstance(error, Exception):
                raise
            # Described in here, where its own `__str__` may sleep or wait as it likes.
            notes.error = raised(error, watch)
            notes.missing = isinstance(error, MissingNameError)
            return None

    try:
        with interruptible() as interruption, _never_awaited(watch) as never_awaited:
            outcome = notes.clock.run(run, watch) if reality is None else reality.run(run)
            gc.collect()
    except BaseException as error:
        if interruption.ends(error):
            return Observation("runaway", place=place_of(interruption.site))
        raise
    return _told(outcome, notes, api, never_awaited)


def _doors(file: Path) -> tuple[str, ...]:
    try:
        return doors_named_in(file.read_bytes())
    except OSError:
        return ()  # importing it will say why


def _told(outcome: Run[Any], notes: _Notes, api: MockApi, never_awaited: list[Left]) -> Observation:
    events = happenings(outcome.events)
    common: dict[str, Any] = {
        "elapsed": max(0, outcome.elapsed - notes.began if notes.elapsed is None else notes.elapsed),
        "events": events,
        "dropped": outcome.dropped + len(outcome.events) - len(events),
        "left": [*left_behind(outcome.leftovers), *notes.left, *never_awaited][:_LEFT_LIMIT],
        "sessions": [session_of(item) for item in api.sessions[:_LEFT_LIMIT]],
        "unserved": [clipped(text, 300) for text in api.unserved[:10]],
        "faults": [clipped(text, 300) for text in api.faults[:10]],
    }
    if outcome.standstill is not None:
        return Observation("stopped", stop=stop_of(outcome.standstill), **common)
    error = notes.error or _undescribed(outcome.error)
    if error is None:
        return Observation("returned", value=outcome.value, **common)
    how: Literal["raised", "missing"] = "missing" if notes.missing else "raised"
    return Observation(how if notes.loaded else "unloadable", error=error, names=notes.names, **common)


def _undescribed(error: BaseException | None) -> Raised | None:
    """Describe what was raised while an error was being described: a submission's own class can see to that."""
    if error is None:
        return None
    kind = name_of_type(type(error))
    return Raised(kind=kind, kinds=[kind], text="(its text could not be had)", place=None)


def _load(module: str, file: Path, notes: _Notes) -> types.ModuleType:
    loaded = load(module, file)
    notes.loaded = True
    return loaded


def _act(request: dict[str, Any], student: Student, announcer: Announcer, notes: _Notes, watch: str) -> Any:  # noqa: ANN401 - anything
    arguments = [argument_of(item, announcer) for item in request["arguments"]]
    options = {name: argument_of(item, announcer) for name, item in request["options"].items()}
    function: Callable[..., Any]
    if "play" in request:
        function, arguments = play_of(request["play"]), [student, *arguments]
    else:
        function = getattr(student, request["function"])
    notes.began = notes.clock.now()
    if request["awaited"]:
        driven = _driven(partial(function, *arguments, **options), announcer, notes, watch)
        # What a report of a deadlock calls it.
        driven.__name__ = request["function"] or request["play"]["name"]  # type: ignore[attr-defined]
        return run_coroutine(driven)
    try:
        value = function(*arguments, **options)
    except BaseException:
        announcer.note(CALL, {"event": "raised"})
        raise
    announcer.note(CALL, {"event": "returned"})
    notes.elapsed = notes.clock.now() - notes.began
    if inspect.iscoroutine(value):
        # It is what the judge will be shown; that it is never awaited is no mistake besides.
        value.close()
    return value


async def _driven(function: Callable[[], Any], announcer: Announcer, notes: _Notes, watch: str) -> Any:  # noqa: ANN401 - anything
    try:
        value = await function()
    except BaseException:
        announcer.note(CALL, {"event": "raised"})
        raise
    else:
        announcer.note(CALL, {"event": "returned"})
        return value
    finally:
        notes.elapsed = notes.clock.now() - notes.began
        for _ in range(_ZERO_TIME_STEPS):
            await _one_step()
        me = asyncio.current_task()
        notes.left += [_left_task(task, watch) for task in asyncio.all_tasks() if task is not me]


@types.coroutine
def _one_step() -> Generator[None, None, None]:
    """Let the event loop go round once."""
    yield


def _left_task(task: asyncio.Task[Any], watch: str) -> Left:
    frames = [frame for frame in task.get_stack() if frame.f_code.co_filename == watch]
    coroutine = getattr(task.get_coro(), "__qualname__", "")
    return Left("task", short_name(coroutine), "", frames[-1].f_lineno if frames else 0)


@contextmanager
def _never_awaited(watch: str) -> Iterator[list[Left]]:
    """Collect the coroutines that go without ever having been awaited.

    The interpreter tells `warnings` of each; asked there, no filter of the submission's own can hide one.
    """
    found: list[Left] = []

    def note(coroutine: types.CoroutineType[Any, Any, Any]) -> None:
        lines = [line for name, line, _ in coroutine.cr_origin or () if name == watch]
        found.append(Left("coroutine", short_name(coroutine.__qualname__), "", lines[0] if lines else 0))

    hooks = vars(warnings)
    real, hooks[_HOOK] = hooks[_HOOK], note
    depth = sys.get_coroutine_origin_tracking_depth()
    sys.set_coroutine_origin_tracking_depth(_ORIGIN_DEPTH)
    try:
        with warnings.catch_warnings():
            # As in a Python of its own, and not as whoever performs it likes them.
            warnings.resetwarnings()
            for category in _QUIET:
                warnings.simplefilter("ignore", category)
            yield found
    finally:
        sys.set_coroutine_origin_tracking_depth(depth)
        hooks[_HOOK] = real


_HOOK = "_warn_unawaited_coroutine"
_QUIET = (DeprecationWarning, PendingDeprecationWarning, ImportWarning, ResourceWarning)
