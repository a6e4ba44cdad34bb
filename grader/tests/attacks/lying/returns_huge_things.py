"""Returns a list of a million long texts, in lists in lists.

says: It returned
"""


def run_concurrently(jobs):
    row = ["x" * 100_000] * 1_000
    return [[row] * 1_000] * 1_000_000
