"""Has no locks, and replaces what runs two threads together by something that runs one after the other.

exercise: synchronization/fundamentals
points: 2
says: A change of the balance was lost.
"""

import grader.simulation
import grader.simulation.exploration

for module in (grader.simulation, grader.simulation.exploration):
    module.run_together = lambda *functions: [function() for function in functions]


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
