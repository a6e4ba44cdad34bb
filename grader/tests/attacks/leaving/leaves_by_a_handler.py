"""Registers what ends the process with success when Python ends, and when nothing refers to an object any more.

says: Your program ended Python itself, with exit status 0, before it had an answer.
flags: leaving
"""

import atexit
import os
import weakref


class Last:
    def __del__(self):
        os._exit(0)


atexit.register(os._exit, 0)


def run_concurrently(jobs):
    last = Last()
    last.me = last
    weakref.finalize(last, os._exit, 0)
    return [0] * len(jobs)
