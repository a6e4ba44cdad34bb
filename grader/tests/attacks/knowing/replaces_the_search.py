"""Has no locks, and replaces the search through the schedules by one that tries none.

exercise: synchronization/fundamentals
points: 2
says: A change of the balance was lost.
"""

import grader.lab.exploring
import grader.simulation.exploration._search as search

grader.lab.exploring.explore = search.explore = lambda scenario, **options: None
search.PREEMPTIONS = 0


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
