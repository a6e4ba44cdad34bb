"""Ends the whole process with success from a thread, while the caller waits for it.

says: Your program ended Python itself, with exit status 0, before it had an answer.
flags: leaving
"""

import os
import threading


def run_concurrently(jobs):
    thread = threading.Thread(target=lambda: os._exit(0))
    thread.start()
    thread.join()
