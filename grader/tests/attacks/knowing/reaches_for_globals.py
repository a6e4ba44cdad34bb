"""Has no locks, and replaces what runs two threads together where the grader's functions themselves look for it.

exercise: synchronization/fundamentals
points: 0
says: Your program changed the grader itself
flags: frames
"""

import sys

frame = sys._getframe()
functions = set()
while frame is not None:
    functions |= {value for value in frame.f_globals.values() if hasattr(value, "__globals__")}
    frame = frame.f_back

for function in functions:
    for name in ("explore", "run_together", "Scheduler"):
        if name in function.__globals__:
            function.__globals__[name] = lambda *functions, **options: [function() for function in functions]


def run_exclusively(jobs):
    return None


class Account:
    def __init__(self, balance):
        self.balance = balance

    def deposit(self, amount):
        self.balance += amount

    def withdraw(self, amount):
        if self.balance < amount:
            return False
        self.balance -= amount
        return True


def transfer(source, target, amount):
    if not source.withdraw(amount):
        return False
    target.deposit(amount)
    return True
