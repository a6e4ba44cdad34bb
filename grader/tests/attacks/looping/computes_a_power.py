"""Computes a number that takes longer than the universe has, in one call that nothing interrupts.

says: Your program computed without end, in line 8, and had to be stopped. | Your program did not come to an end: it was stopped after 2 s of real time.
"""


def run_concurrently(jobs):
    return 7 ** 3**17 % 3
