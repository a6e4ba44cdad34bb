"""Computes a number that takes longer than the universe has, in one call that nothing interrupts.

says: Your program computed without end, in line 8, and had to be stopped.
"""


def run_concurrently(jobs):
    return 7 ** 3**17 % 3
