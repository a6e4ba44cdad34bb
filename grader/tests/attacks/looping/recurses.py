"""Calls itself until the stack of C is full.

says: It raised RecursionError | Your program was ended by the signal SIGSEGV
"""

import sys


def run_concurrently(jobs):
    sys.setrecursionlimit(1 << 30)
    thing = []
    for _ in range(500_000):
        thing = [thing]
    return thing == [[thing]] or repr(thing) or run_concurrently(jobs)
