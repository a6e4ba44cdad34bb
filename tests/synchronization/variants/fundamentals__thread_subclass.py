"""A subclass of Thread, with a lock that belongs to the call."""

import threading
from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


class Runner(threading.Thread):
    def __init__(self, lock, job):
        super().__init__()
        self.lock = lock
        self.job = job
        self.result = None
        self.error = None

    def run(self):
        with self.lock:
            try:
                self.result = self.job()
            except Exception as error:
                self.error = error


def run_exclusively(jobs: Sequence[Callable[[], T]]) -> list[T]:
    lock = threading.Lock()
    runners = [Runner(lock, job) for job in jobs]
    for runner in runners:
        runner.start()
    for runner in runners:
        runner.join()
    for runner in runners:
        if runner.error is not None:
            raise runner.error
    return [runner.result for runner in runners]


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
