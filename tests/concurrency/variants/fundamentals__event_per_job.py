"""An Event for each job says that its outcome is there; the threads are joined after that."""

import threading
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypeVar


class Slot:
    """The outcome of one job, and whether it is there."""

    def __init__(self) -> None:
        self.ready = threading.Event()
        self.value: Any = None
        self.error: Exception | None = None


def fill(slot: Slot, job: Callable[[], Any]) -> None:
    try:
        slot.value = job()
    except Exception as error:
        slot.error = error
    finally:
        slot.ready.set()


T = TypeVar("T")


def run_concurrently(jobs: Sequence[Callable[[], T]]) -> list[T]:
    slots = [Slot() for _ in jobs]
    threads = [threading.Thread(target=partial(fill, slot, job)) for slot, job in zip(slots, jobs, strict=True)]
    for thread in threads:
        thread.start()
    for slot in slots:
        slot.ready.wait()
    for thread in threads:
        thread.join()
    for slot in slots:
        if slot.error:
            raise slot.error
    return [slot.value for slot in slots]
