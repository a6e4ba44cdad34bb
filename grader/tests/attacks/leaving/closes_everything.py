"""Tries to close what it did not open.

says: Your program ended Python itself, with exit status 1, before it had an answer.
flags: files
"""

import os


def run_concurrently(jobs):
    os.closerange(0, 256)
