"""Reads under the lock and writes under the lock, and lets it go in between.

fails: test_no_change_is_lost, test_money_is_conserved
says: A change of the balance was lost.
"""

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
        self.balance = balance
        self.lock = threading.Lock()

    def deposit(self, amount: int) -> None:
        with self.lock:
            balance = self.balance
        with self.lock:
            self.balance = balance + amount

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
