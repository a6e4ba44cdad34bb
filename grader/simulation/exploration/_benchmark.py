"""How fast schedules are run on this machine."""

from __future__ import annotations

import threading
import time
from typing import Any

from grader.simulation.exploration._search import explore

_FILE = "<benchmark>"
_SOURCE = """
import threading

class Account:
    def __init__(self):
        self.balance = 100
        self.fees = 0
        self.lock = threading.Lock()

    def withdraw(self, amount=30):
        fee = amount // 10
        total = amount + fee
        if self.balance < total:
            return False
        with self.lock:
            before = self.balance
            after = before - total
            self.balance = after
        self.fees += fee
        return True
"""
_CODE = compile(_SOURCE, _FILE, "exec")
_REPEATS = 3


def benchmark() -> float:
    """Return how many schedules a second are run of two threads that both call a method of ten lines.

    The search is complete, with up to two preemptions; the best of three.
    """
    best = 0.0
    for _ in range(_REPEATS):
        began = time.perf_counter()
        tried = explore(_two_threads, files=[_FILE]).tried
        best = max(best, tried / (time.perf_counter() - began))
    return best


def _two_threads() -> Any:  # noqa: ANN401 - of a class that only exists in the source above
    names: dict[str, Any] = {"__name__": "benchmarked"}
    exec(_CODE, names)  # noqa: S102 - as a student's module is loaded, afresh for each schedule
    account = names["Account"]()
    threads = [threading.Thread(target=account.withdraw) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return account.balance
