"""Tries to run code of its own while its error is described.

says: It raised Odd
"""

class Odd(Exception):
    def __str__(self):
        raise SystemExit(0)

    __repr__ = __str__


def run_concurrently(jobs):
    raise Odd
