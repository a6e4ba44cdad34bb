"""Leaves a process behind that holds all of its connections open, so that nobody sees their end.

says: Your program ended Python itself, with exit status 0, before it had an answer.
flags: foreign, leaving
"""

import ctypes
import os

libc = ctypes.CDLL(None)


def run_concurrently(jobs):
    if libc.fork() == 0:
        libc.setsid()
        while True:
            libc.sleep(1000)
    os._exit(0)
