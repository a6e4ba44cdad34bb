"""Aborts the interpreter.

says: Your program was ended by the signal SIGABRT before it had an answer.
flags: leaving
"""

import os


def run_concurrently(jobs):
    os.abort()
