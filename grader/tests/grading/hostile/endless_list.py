# Tries: to return a list that holds itself.
# Told: The result of job 1 is wrong.
def run_concurrently(jobs):
    results = [None] * len(jobs)
    results[:] = [results] * len(jobs)
    return results
