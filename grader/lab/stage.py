"""Where a scenario is performed: the submission's module, its arguments, the mock API and the simulation around them."""

from __future__ import annotations

import asyncio
import gc
import inspect
import re
import sys
import types
import warnings
from contextlib import ExitStack, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.lab.actors import Announcer, Link, SimulatedAsyncJob, SimulatedJob
from grader.lab.http_types import ApiCase
from grader.lab.loading import load
from grader.lab.mock_api import MockApi, Route
from grader.lab.observation import Left, Observation, Session
from grader.lab.plain import plain
from grader.lab.describing import happenings, left_behind, raised, stop_of
from grader.simulation import active, simulate

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator

CALL = "call"
"""The key under which the call itself is announced to the witness."""

_ZERO_TIME_STEPS = 10
_NEVER_AWAITED = re.compile(r"coroutine '(?P<name>[^']*)' was never awaited")


class MissingNameError(Exception):
    """The submission's module has no attribute of that name."""


@dataclass
class _Notes:
    """What is learnt on the way, beside the result."""

    loaded: bool = False
    missing: str = ""
    names: list[str] = field(default_factory=list)
    began: int = 0
    elapsed: int | None = None
    left: list[Left] = field(default_factory=list)


def perform(request: dict[str, Any], module: str, file: Path, link: Link) -> Observation:
    """Perform a cast scenario with the submission in `file`, and describe what happened.

    Args:
        request: `grader.lab.scenario.Cast.request`.
        module: dotted name to import the file under.
        file: the submission's file.
        link: the way to the witness.
    """
    notes = _Notes()
    watch = str(file)
    api = MockApi(_routes(request), Announcer(link, "request"))

    def run() -> Any:  # noqa: ANN401 - a plain value
        # Opening the doors takes longer than many a scenario: they stay shut where nothing is behind them.
        with api if api.routes else nullcontext():
            student = _Student(_load(module, file, notes), notes)
            if not request.get("function") and "play" not in request:
                return None
            return plain(_act(request, student, _jobs_announcer(link), notes, watch))

    with ExitStack() as stack:
        never_awaited = stack.enter_context(_never_awaited(watch))
        outcome = simulate(run, watch=[watch])
        left = [*left_behind(outcome.leftovers), *notes.left, *never_awaited()]
    events = happenings(outcome.events)
    common = {
        "elapsed": outcome.elapsed - notes.began if notes.elapsed is None else notes.elapsed,
        "events": events,
        "dropped": outcome.dropped + len(outcome.events) - len(events),
        "left": left,
        "sessions": [Session(item.number, item.door, item.requests, item.closed) for item in api.sessions],
        "unserved": [text[:300] for text in api.unserved[:10]],
        "faults": [text[:300] for text in api.faults[:10]],
    }
    if outcome.standstill is not None:
        return Observation("stopped", stop=stop_of(outcome.standstill), **common)
    if outcome.error is None:
        return Observation("returned", value=outcome.value, **common)
    error = raised(outcome.error, watch)
    if not notes.loaded:
        return Observation("unloadable", error=error, **common)
    if isinstance(outcome.error, MissingNameError):
        return Observation("missing", error=error, names=notes.names, **common)
    return Observation("raised", error=error, **common)


class _Student:
    """The submission's module, as a play sees it: a missing name is told apart from a mistake of the play."""

    def __init__(self, module: types.ModuleType, notes: _Notes) -> None:
        self.__dict__.update(_module=module, _notes=notes)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - anything that a module holds
        try:
            return getattr(self._module, name)
        except AttributeError:
            names = [key for key, value in vars(self._module).items() if callable(value) and not key.startswith("_")]
            self._notes.names = [str(key)[:100] for key in names[:20]]
            raise MissingNameError(name) from None


def _load(module: str, file: Path, notes: _Notes) -> types.ModuleType:
    loaded = load(module, file)
    notes.loaded = True
    return loaded


def _act(request: dict[str, Any], student: _Student, announcer: Announcer, notes: _Notes, watch: str) -> Any:  # noqa: ANN401 - anything
    arguments = [_value(item, announcer) for item in request["arguments"]]
    options = {name: _value(item, announcer) for name, item in request["options"].items()}
    function: Callable[..., Any]
    if "play" in request:
        function, arguments = _compiled(request["play"]), [student, *arguments]
    else:
        function = getattr(student, request["function"])
    scheduler = active()
    assert scheduler is not None
    notes.began = scheduler.now
    try:
        value = function(*arguments, **options)
    except Exception:
        announcer.note(CALL, {"event": "raised"})
        raise
    if inspect.iscoroutine(value):
        return asyncio.run(_driven(value, announcer, notes, watch))
    announcer.note(CALL, {"event": "returned"})
    notes.elapsed = scheduler.now - notes.began
    return value


async def _driven(coroutine: Coroutine[Any, Any, Any], announcer: Announcer, notes: _Notes, watch: str) -> Any:  # noqa: ANN401 - anything
    scheduler = active()
    assert scheduler is not None
    try:
        value = await coroutine
    except BaseException:
        announcer.note(CALL, {"event": "raised"})
        raise
    else:
        announcer.note(CALL, {"event": "returned"})
        return value
    finally:
        notes.elapsed = scheduler.now - notes.began
        for _ in range(_ZERO_TIME_STEPS):
            await asyncio.sleep(0)
        me = asyncio.current_task()
        notes.left += [_left_task(task, watch) for task in asyncio.all_tasks() if task is not me]


def _left_task(task: asyncio.Task[Any], watch: str) -> Left:
    frames = [frame for frame in task.get_stack() if frame.f_code.co_filename == watch]
    coroutine = getattr(task.get_coro(), "__qualname__", "coroutine")
    return Left("task", str(coroutine)[:100], "", frames[-1].f_lineno if frames else 0)


def _value(item: Any, announcer: Announcer) -> Any:  # noqa: ANN401 - any argument
    if not isinstance(item, dict) or "$" not in item:
        return item
    if item["$"] == "cases":
        return [ApiCase(case["url"], dict(case["headers"]), dict(case["payload"])) for case in item["items"]]
    if item["asynchronous"]:
        return [
            SimulatedAsyncJob(announcer, job["key"], job["seconds"], fails=job["fails"], cleanup=job["cleanup"])
            for job in item["items"]
        ]
    return [SimulatedJob(announcer, job["key"], job["seconds"], fails=job["fails"]) for job in item["items"]]


def _routes(request: dict[str, Any]) -> list[Route]:
    items = [*request["arguments"], *request["options"].values()]
    cases = [case for item in items if isinstance(item, dict) and item.get("$") == "cases" for case in item["items"]]
    return [
        Route(key=case["key"], url=case["url"], latency=case["seconds"], status=case["status"], outcome=case["kind"])
        for case in cases
    ]


def _jobs_announcer(link: Link) -> Announcer:
    return Announcer(link, "job")


def _compiled(shipped: dict[str, Any]) -> Callable[..., Any]:
    """Compile a function of a suite from its source, keeping its file and line for tracebacks."""
    padding = "\n" * (shipped["line"] - 1)
    namespace: dict[str, Any] = {"__name__": "scenario"}
    exec(compile(padding + shipped["source"], shipped["file"], "exec"), namespace)  # noqa: S102 - the suite's own code
    function: Callable[..., Any] = namespace[shipped["name"]]
    return function


class _never_awaited:  # noqa: N801 - used as a function
    """Collect the warnings about coroutines that were never awaited; call the result to get them."""

    def __init__(self, watch: str) -> None:
        self._watch = watch
        self._catch = warnings.catch_warnings(record=True)

    def __enter__(self) -> Callable[[], list[Left]]:
        self._depth = sys.get_coroutine_origin_tracking_depth()
        sys.set_coroutine_origin_tracking_depth(5)
        caught = self._catch.__enter__()
        warnings.simplefilter("always")

        def collect() -> list[Left]:
            gc.collect()
            return list(self._found(caught or []))

        return collect

    def __exit__(self, *exc_info: object) -> None:
        self._catch.__exit__(None, None, None)
        sys.set_coroutine_origin_tracking_depth(self._depth)

    def _found(self, caught: list[warnings.WarningMessage]) -> Iterator[Left]:
        for warning in caught:
            text = str(warning.message)
            match = _NEVER_AWAITED.search(text)
            if match is not None:
                lines = re.findall(rf'File "{re.escape(self._watch)}", line (\d+)', text)
                yield Left("coroutine", match["name"][:100], "", int(lines[-1]) if lines else 0)
