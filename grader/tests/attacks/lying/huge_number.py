"""Tries to return a number that can't be written down.

says: It did not return a list.
"""

def run_concurrently(jobs):
    return 10**10_000
