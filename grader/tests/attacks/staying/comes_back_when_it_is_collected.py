"""Starts new threads and processes whenever one of its objects goes away, also at the very end.

says: The jobs were never run.
flags: foreign, leaving
"""

import atexit
import ctypes
import threading


class Phoenix:
    def __del__(self):
        Phoenix.last = Phoenix()
        if ctypes.CDLL(None).fork() == 0:
            while True:
                ctypes.CDLL(None).sleep(1000)


atexit.register(Phoenix)
threading._register_atexit(Phoenix)


def run_concurrently(jobs):
    Phoenix()
    return []
