"""What a scenario is performed with: the submission, its arguments, the routes of the API, the play of the suite."""

from __future__ import annotations

import builtins
from base64 import b64decode
from marshal import loads
from types import FunctionType, SimpleNamespace
from typing import TYPE_CHECKING, Any

from grader import simulation
from grader.lab.actors import Announcer, AsyncJob, Job
from grader.lab.describing import clipped
from grader.lab.http_types import ApiCase
from grader.lab.mock_api import Route
from grader.lab.mock_api.api import load_libraries
from grader.lab.processes.work import Work
from grader.lab.wire import Wire

if TYPE_CHECKING:
    import types
    from collections.abc import Callable

_NAMES_LIMIT = 20

# As they are before any submission has been loaded: it may change what its own imports find.
_BUILTINS = dict(vars(builtins))
_OURS = {simulation.__name__: SimpleNamespace(**{name: getattr(simulation, name) for name in simulation.__all__})}


class MissingNameError(Exception):
    """The submission's module has no attribute of that name."""


class Student:
    """The submission's module, as a play sees it: a missing name is told apart from a mistake of the play."""

    def __init__(self, module: types.ModuleType, names: list[str]) -> None:
        """Take the module, and a list that gets the names that it has if one is missing."""
        self.__dict__.update(_module=module, _names=names)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - anything that a module holds
        try:
            return getattr(self._module, name)
        except AttributeError:
            self._names[:] = _defined(self._module)[:_NAMES_LIMIT]
            raise MissingNameError(name) from None


def _defined(module: types.ModuleType) -> list[str]:
    """Return the names of the functions and classes that a module defines, and of nothing that it imports."""
    found = []
    for key, value in vars(module).items():
        own = getattr(value, "__module__", None) == module.__name__
        if own and callable(value) and not str(key).startswith("_"):
            found.append(clipped(key, 100))
    return found


def argument_of(item: Any, announcer: Announcer) -> Any:  # noqa: ANN401 - any argument
    """Return what the submission is given for one argument of a cast scenario."""
    if not isinstance(item, dict) or "$" not in item:
        return item
    if item["$"] == "tokens":
        return item["url"]
    if item["$"] == "work":
        return Work(item["fails"], item["unpicklable"])
    if item["$"] == "cases":
        return [ApiCase(case["url"], dict(case["headers"]), dict(case["payload"])) for case in item["items"]]
    if item["asynchronous"]:
        return [
            AsyncJob(announcer, job["key"], job["seconds"], fails=job["fails"], cleanup=job["cleanup"])
            for job in item["items"]
        ]
    return [Job(announcer, job["key"], job["seconds"], fails=job["fails"]) for job in item["items"]]


def routes_of(request: dict[str, Any]) -> list[Route]:
    """Return the routes of the API that a cast scenario speaks of."""
    items = [item for item in (*request["arguments"], *request["options"].values()) if isinstance(item, dict)]
    served = [(case, case["url"], 0) for item in items if item.get("$") == "cases" for case in item["items"]]
    for item in items:
        if item.get("$") == "tokens":
            served += [(answer, item["url"], turn) for turn, answer in enumerate(item["items"])]
    return [
        Route(
            key=answer["key"],
            url=url,
            latency=answer["seconds"],
            status=answer["status"],
            outcome=answer["kind"],
            turn=turn,
            wire=Wire(**answer["wire"]) if "wire" in answer else None,
        )
        for answer, url, turn in served
    ]


def served_routes(request: dict[str, Any]) -> list[Route]:
    """Return these routes, with the libraries loaded that a program may use: before it is there."""
    routes = routes_of(request)
    if routes:
        load_libraries()
    return routes


def _imported(name: str, *how: Any) -> Any:  # noqa: ANN401 - a module, or what stands for it
    """Import something for a play, whatever a submission has made of the grader's own names."""
    return _OURS[name] if name in _OURS else _BUILTINS["__import__"](name, *how)


def play_of(shipped: dict[str, Any]) -> Callable[..., Any]:
    """Make a suite's function of what `grader.lab.scenario` has shipped."""
    namespace: dict[str, Any] = {"__name__": "scenario", "__builtins__": {**_BUILTINS, "__import__": _imported}}
    code, defaults, named = loads(b64decode(shipped["code"]))  # noqa: S302 - the suite's own code
    function = FunctionType(code, namespace, shipped["name"], defaults)
    function.__kwdefaults__ = named
    return function
