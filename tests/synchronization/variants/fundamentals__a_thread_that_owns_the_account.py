"""A thread for each account does what others ask for by a queue."""

import queue
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
        self._wishes: queue.SimpleQueue = queue.SimpleQueue()
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            amount, answer = self._wishes.get()
            done = self.balance + amount >= 0
            if done:
                self.balance += amount
            answer.put(done)

    def _ask(self, amount: int) -> bool:
        answer: queue.SimpleQueue = queue.SimpleQueue()
        self._wishes.put((amount, answer))
        return answer.get()

    def deposit(self, amount: int) -> None:
        self._ask(amount)

    def withdraw(self, amount: int) -> bool:
        return self._ask(-amount)


def transfer(source: Account, target: Account, amount: int) -> bool:
    if not source.withdraw(amount):
        return False
    target.deposit(amount)
    return True
