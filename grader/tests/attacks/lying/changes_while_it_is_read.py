"""Returns a list that another thread goes on changing.

says: Your program computed without end
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
