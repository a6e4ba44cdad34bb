"""Reference solution: one lock for the jobs, one lock for each account, and an order for two locks."""

import itertools
import threading
from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


def run_exclusively(jobs: Sequence[Callable[[], T]]) -> list[T]:
    """Run all jobs, each in a thread of its own, but never two of them at the same time.

    Each job is a function without parameters: `job()` runs it and gives its result. Call each job
    exactly once. All threads are started before the first job ends, and none of the jobs runs in
    the thread that called `run_exclusively`. But the jobs exclude each other: while one is in
    progress, no other begins, and as soon as it ends the next one begins. So five jobs of 2 seconds
    take 10 seconds. In which order the jobs get their turn is up to you. Without jobs the result is
    `[]`.

    Return the results in job order: the result of `jobs[0]` comes first, whichever ran first. When
    the call ends, no thread that it started is still running.

    A job fails by raising an `Exception`. The others still get their turn. When all have ended, the
    error of the job that failed is raised: that very error. If several jobs fail, raise the error
    of the one that comes first in `jobs`.
    """
    results: dict[int, T] = {}
    errors: dict[int, Exception] = {}
    # One lock, made here, that all threads of this call share. A lock made inside `run` would be
    # another one for each thread, and nobody would wait for anybody.
    lock = threading.Lock()

    def run(position: int, job: Callable[[], T]) -> None:
        # `with` takes the lock, waiting until it is free, and gives it back at the end of the
        # block, also when the job raises. So the next thread gets its turn in any case.
        try:
            with lock:
                results[position] = job()
        except Exception as error:  # noqa: BLE001 - whatever a job raises goes to the caller
            errors[position] = error

    threads = [threading.Thread(target=run, args=item) for item in enumerate(jobs)]
    # All are started at once; all but one then wait for the lock.
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[min(errors)]
    return [results[position] for position in range(len(jobs))]


_serial = itertools.count()


class Account:
    """An account that many threads may use at the same time.

    Whatever the threads do at once, the result is as if they had done it one after another, in some
    order. Different accounts have nothing to do with each other: nobody who uses one account ever
    waits because somebody else uses another one.

    `balance` is what is in the account: a whole number, which can be read as an attribute
    (`account.balance`) and which only the methods and `transfer` change.
    """

    balance: int

    def __init__(self, balance: int) -> None:
        """Begin with `balance`, a whole number."""
        self.balance = balance
        # Each account has a lock of its own: one for all would let strangers wait for each other.
        self._lock = threading.Lock()
        # A number that no other account has; `transfer` needs an order.
        self._number = next(_serial)

    def deposit(self, amount: int) -> None:
        """Add `amount`, a whole number of 0 or more."""
        # `+=` looks like one step and is three: read, add, write. Between the read and the write
        # another thread may write, and its change would be lost.
        with self._lock:
            self.balance += amount

    def withdraw(self, amount: int) -> bool:
        """Take `amount` (0 or more) and return True; if less is there, take nothing and return False."""
        # The look and the change belong together: what was true before may be false a moment later.
        with self._lock:
            if self.balance < amount:
                return False
            self.balance -= amount
            return True


def transfer(source: Account, target: Account, amount: int) -> bool:
    """Move `amount` from one account to another; return whether it was done.

    If `source` holds less than `amount`, nothing changes and the result is False. However many
    transfers, deposits and withdrawals go on at the same time: no money appears or vanishes, no
    account is overdrawn, and every transfer ends, also when two threads move money between the same
    two accounts in opposite directions. `source` and `target` may be the same account: then nothing
    is moved, and the result says whether the money was there.

    While the money is on its way, it may be in neither of the two accounts. Transfers between other
    accounts are never waited for.
    """
    if source is target:
        # Its lock can't be taken twice: the second time would wait for the first, for ever.
        return source.balance >= amount
    # Two threads that each hold one lock and want the other's wait for ever. If everybody takes two
    # locks in the same order, whoever has the first one can always get the second.
    first, second = sorted((source, target), key=lambda account: account._number)  # noqa: SLF001 - the same module
    with first._lock, second._lock:  # noqa: SLF001 - as above
        if source.balance < amount:
            return False
        source.balance -= amount
        target.balance += amount
        return True
