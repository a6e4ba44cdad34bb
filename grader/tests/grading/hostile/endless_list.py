# Tries: to return a list that holds itself.
# Told: It returned 1 result for 2 jobs.
def run_concurrently(jobs):
    results = [None] * len(jobs)
    results[:] = [results] * len(jobs)
    return results
