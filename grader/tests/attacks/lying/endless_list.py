"""Tries to return a list that holds itself.

says: It returned 1 result for 3 jobs.
"""

def run_concurrently(jobs):
    results = [None] * len(jobs)
    results[:] = [results] * len(jobs)
    return results
