"""Tries the same in the call.

says: Your program ended Python itself, with exit status 0, before it had an answer.
flags: leaving
"""

import os


def run_concurrently(jobs):
    os._exit(0)
