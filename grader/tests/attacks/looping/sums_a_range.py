"""Sums a range without an end in sight.

says: Your program computed without end, in line 8, and had to be stopped. | Your program did not come to an end: it was stopped after 2 s of real time.
"""


def run_concurrently(jobs):
    return sum(range(1 << 60))
