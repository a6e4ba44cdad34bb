"""Tries to wait for something that never comes, past the simulation, in every check.

says: Your program did not come to an end: it was stopped after 0.6 s of real time.
says: This check was not run: earlier ones had used up the exercise's 1.2 s of real time.
flags: foreign
"""

import ctypes


def run_concurrently(jobs):
    ctypes.CDLL(None).pause()
