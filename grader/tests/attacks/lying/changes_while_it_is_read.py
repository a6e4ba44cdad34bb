"""Returns a list that another thread goes on changing.

says: The result of job 1 is wrong.
"""

import threading


def run_concurrently(jobs):
    results = [None] * len(jobs)

    def change():
        while True:
            results.append(results.pop(0) if results else None)
            results.reverse()

    threading.Thread(target=change, daemon=True).start()
    return results
