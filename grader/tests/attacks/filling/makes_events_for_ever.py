"""Fills the trace: hundreds of thousands of waits, sessions and threads, all simulated.

says: The jobs were never run.
"""

import threading
import time


def run_concurrently(jobs):
    for number in range(10_000):
        time.sleep(1e-6)
    threads = [threading.Thread(target=time.sleep, args=[1e-6], name="x" * 10_000) for _ in range(200)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [None] * len(jobs)
