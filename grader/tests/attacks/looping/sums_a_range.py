"""Sums a range without an end in sight.

says: Your program computed without end, in line 8, and had to be stopped.
"""


def run_concurrently(jobs):
    return sum(range(1 << 60))
