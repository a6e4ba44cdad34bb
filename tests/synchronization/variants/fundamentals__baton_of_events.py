"""Each thread waits for an event that the one before it sets."""

import threading
from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


def run_exclusively(jobs: Sequence[Callable[[], T]]) -> list[T]:
    gates = [threading.Event() for _ in range(len(jobs) + 1)]
    results: list[T | None] = [None] * len(jobs)
    errors: list[Exception | None] = [None] * len(jobs)

    def run(position: int) -> None:
        gates[position].wait()
        try:
            results[position] = jobs[position]()
        except Exception as error:
            errors[position] = error
        finally:
            gates[position + 1].set()

    threads = [threading.Thread(target=run, args=(position,)) for position in range(len(jobs))]
    for thread in threads:
        thread.start()
    gates[0].set()
    for thread in threads:
        thread.join()
    for error in errors:
        if error is not None:
            raise error
    return results


class Account:
    def __init__(self, balance: int) -> None:
        self.balance = balance
        self.lock = threading.Lock()

    def deposit(self, amount: int) -> None:
        with self.lock:
            self.balance += amount

    def withdraw(self, amount: int) -> bool:
        with self.lock:
            if self.balance < amount:
                return False
            self.balance -= amount
            return True


def transfer(source: Account, target: Account, amount: int) -> bool:
    if source is target:
        return source.balance >= amount
    first, second = sorted((source, target), key=id)
    with first.lock, second.lock:
        if source.balance < amount:
            return False
        source.balance -= amount
        target.balance += amount
        return True
