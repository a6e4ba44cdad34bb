"""Leaves it to the pool how many threads there are: far fewer than many jobs.

fails: test_threads_start_first
says: thread
"""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def run_exclusively(jobs: Sequence[Callable[[], T]]) -> list[T]:
    turn = threading.Semaphore(1)

    def run(job: Callable[[], T]) -> T:
        with turn:
            return job()

    with ThreadPoolExecutor() as pool:
        futures = [pool.submit(run, job) for job in jobs]
    return [future.result() for future in futures]


class Account:
    def __init__(self, balance: int) -> None:
        self.balance = balance
        self.lock = threading.Semaphore()

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
