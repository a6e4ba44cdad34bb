"""What the tests of the mock API share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from grader.lab.mock_api import MockApi, Route
from grader.simulation import Run, simulate

if TYPE_CHECKING:
    from collections.abc import Callable


class Witness:
    """Keeps what it hears as tuples of kind and key, answers ``{"key": KEY}``, and each key only once."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.heard: list[tuple[str, ...]] = []
        self.details: list[dict[str, Any]] = []
        self._answered: set[str] = set()

    def begin(self, key: str, details: dict[str, Any]) -> None:
        """Write down a begin."""
        self.heard.append(("begin", key))
        self.details.append(details)

    def end(self, key: str) -> Any:  # noqa: ANN401 - as announcers return
        """Write down an end."""
        self.heard.append(("end", key))
        if key in self._answered:
            return None
        self._answered.add(key)
        return {"key": key}

    def abandon(self, key: str, why: str) -> None:
        """Write down that there was no answer."""
        self.heard.append(("abandon", key, why))


class Bench:
    """One mock API, to run functions with, and what it heard."""

    def __init__(self, *routes: Route) -> None:
        """Take the routes."""
        self.witness = Witness()
        self.api = MockApi(routes, self.witness)

    def run(self, function: Callable[[], Any]) -> Run[Any]:
        """Run `function` in a simulation, with the mock API open and the function's file watched."""

        def with_api() -> Any:  # noqa: ANN401 - whatever the function returns
            with self.api:
                return function()

        return simulate(with_api, watch=[function.__code__.co_filename])


def seconds(run: Run[Any]) -> float:
    """Return the simulated seconds that a run took, after raising what it raised."""
    if run.error is not None:
        raise run.error
    return run.elapsed / 1e9


def value(run: Run[Any]) -> Any:  # noqa: ANN401 - whatever the function returned
    """Return what a run returned, after raising what it raised."""
    if run.error is not None:
        raise run.error
    return run.value
