"""Has no locks, and switches off all that could follow its lines.

exercise: synchronization/fundamentals
points: 0
says: Your program
flags: patching, tracing
"""

import sys
import threading

sys.settrace = sys.setprofile = threading.settrace = threading.setprofile = lambda *args: None
if hasattr(sys, "monitoring"):
    for tool in range(6):
        for event in (sys.monitoring.set_events, sys.monitoring.free_tool_id):
            try:
                event(tool, *([0] if event is sys.monitoring.set_events else []))
            except ValueError:
                pass
    sys.monitoring.set_local_events = sys.monitoring.set_events = lambda *args: None


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
