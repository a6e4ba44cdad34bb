"""A Thread subclass that keeps its job's outcome as attributes of itself."""

from collections.abc import Callable, Sequence
from threading import Thread
from typing import Any, TypeVar


class JobThread(Thread):
    """Runs one job and remembers how it ended."""

    def __init__(self, job: Callable[[], Any]) -> None:
        super().__init__()
        self.job = job
        self.result: Any = None
        self.error: Exception | None = None

    def run(self) -> None:
        try:
            self.result = self.job()
        except Exception as error:
            self.error = error

    def outcome(self) -> Any:
        if self.error is not None:
            raise self.error
        return self.result


T = TypeVar("T")


def run_concurrently(jobs: Sequence[Callable[[], T]]) -> list[T]:
    threads = [JobThread(job) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [thread.outcome() for thread in threads]
