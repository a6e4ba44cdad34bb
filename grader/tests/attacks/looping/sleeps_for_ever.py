"""Sleeps in simulated time for ever, and swallows whatever is raised to end it.

says: Your program never ends: it was still waiting
"""

import time


def run_concurrently(jobs):
    while True:
        try:
            time.sleep(1)
        except BaseException:
            pass
