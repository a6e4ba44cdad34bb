"""Keeps the movements and adds them up."""

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
    def __init__(self, balance: int) -> None:
        self._movements = [balance]
        self.lock = threading.Lock()

    @property
    def balance(self) -> int:
        return sum(self._movements)

    def deposit(self, amount: int) -> None:
        self._movements.append(amount)

    def withdraw(self, amount: int) -> bool:
        with self.lock:
            if self.balance < amount:
                return False
            self._movements.append(-amount)
            return True


def transfer(source: Account, target: Account, amount: int) -> bool:
    if not source.withdraw(amount):
        return False
    target.deposit(amount)
    return True
