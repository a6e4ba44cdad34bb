"""Has no locks, and takes what follows its steps away by Python's own ways, in each run anew.

exercise: synchronization/fundamentals
points: 0
says: Your program
flags: tracing
"""

import sys
import threading


def take_away():
    if hasattr(sys, "monitoring"):
        for tool in (3, 4):
            if sys.monitoring.get_tool(tool):
                for event in (sys.monitoring.events.INSTRUCTION, sys.monitoring.events.PY_START):
                    sys.monitoring.register_callback(tool, event, None)
    else:
        sys.settrace(None)
        threading.settrace(None)


def run_exclusively(jobs):
    return None


class Account:
    def __init__(self, balance):
        take_away()
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
