"""Tries to run for ever in a thread, while the main thread waits for it.

says: Your program computed without end, in line 10, and had to be stopped.
"""

import threading


def spin():
    while True:
        pass


def run_concurrently(jobs):
    thread = threading.Thread(target=spin)
    thread.start()
    thread.join()
