"""An ExitStack that joins every thread when its block ends."""

import contextlib
import threading
from collections.abc import Callable, Sequence
from typing import Any, TypeVar


def _attempt(job: Callable[[], Any], outcome: dict[str, Any]) -> None:
    try:
        outcome["result"] = job()
    except Exception as error:
        outcome["error"] = error


T = TypeVar("T")


def run_concurrently(jobs: Sequence[Callable[[], T]]) -> list[T]:
    outcomes: list[dict[str, Any]] = [{} for _ in jobs]
    with contextlib.ExitStack() as stack:
        for job, outcome in zip(jobs, outcomes, strict=True):
            thread = threading.Thread(target=_attempt, args=(job, outcome))
            thread.start()
            stack.callback(thread.join)
    for outcome in outcomes:
        if "error" in outcome:
            raise outcome["error"]
    return [outcome["result"] for outcome in outcomes]
