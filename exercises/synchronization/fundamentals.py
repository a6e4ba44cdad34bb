"""Let threads share things without harm: one at a time, with locks.

README.md in this folder explains the idea and numbers the tasks; HINTS.md has hints for each.
Replace each `raise NotImplementedError(...)` with your own code, and add the imports you need.
"""

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
    raise NotImplementedError("TODO 1: run each job in its own thread, but only one at a time")


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
        raise NotImplementedError("TODO 2: keep the balance, and what protects it")

    def deposit(self, amount: int) -> None:
        """Add `amount`, a whole number of 0 or more."""
        raise NotImplementedError("TODO 2: add the amount")

    def withdraw(self, amount: int) -> bool:
        """Take `amount` (0 or more) and return True; if less is there, take nothing and return False."""
        raise NotImplementedError("TODO 2: take the amount, if it is there")


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
    raise NotImplementedError("TODO 3: move the amount, and never wait for ever")
