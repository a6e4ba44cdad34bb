"""Conditions, with their own locks, and a turn that is handed on."""

import threading
from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


def run_exclusively(jobs: Sequence[Callable[[], T]]) -> list[T]:
    condition = threading.Condition()
    turn = 0
    outcomes: list[tuple[bool, object]] = [(False, None)] * len(jobs)

    def run(position: int) -> None:
        nonlocal turn
        with condition:
            condition.wait_for(lambda: turn == position)
        try:
            outcomes[position] = (True, jobs[position]())
        except Exception as error:
            outcomes[position] = (False, error)
        with condition:
            turn += 1
            condition.notify_all()

    threads = [threading.Thread(target=run, args=(position,)) for position in range(len(jobs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for good, outcome in outcomes:
        if not good:
            raise outcome
    return [outcome for _, outcome in outcomes]


class Account:
    def __init__(self, balance: int) -> None:
        self.balance = balance
        self.lock = threading.Condition()

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
