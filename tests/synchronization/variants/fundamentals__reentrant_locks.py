"""Re-entrant locks and a property."""

import threading
from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


def run_exclusively(jobs: Sequence[Callable[[], T]]) -> list[T]:
    results: dict[int, T] = {}
    errors: dict[int, Exception] = {}
    lock = threading.Lock()

    def run(position: int, job: Callable[[], T]) -> None:
        try:
            with lock:
                results[position] = job()
        except Exception as error:
            errors[position] = error

    threads = [threading.Thread(target=run, args=item) for item in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[min(errors)]
    return [results[position] for position in range(len(jobs))]


class Account:
    _numbers = iter(range(10**9))

    def __init__(self, balance: int) -> None:
        self._balance = balance
        self.lock = threading.RLock()
        self.number = next(self._numbers)

    @property
    def balance(self) -> int:
        with self.lock:
            return self._balance

    def deposit(self, amount: int) -> None:
        with self.lock:
            self._balance += amount

    def withdraw(self, amount: int) -> bool:
        with self.lock:
            if amount > self._balance:
                return False
            self._balance -= amount
            return True


def transfer(source: Account, target: Account, amount: int) -> bool:
    first, second = (source, target) if source.number < target.number else (target, source)
    with first.lock:
        with second.lock:
            if source.withdraw(amount):
                target.deposit(amount)
                return True
            return False
