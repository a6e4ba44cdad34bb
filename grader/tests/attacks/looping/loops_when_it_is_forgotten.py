"""Loops for ever when nothing refers to an object any more, and when it is shown.

says: Your program computed without end | Your program did not come to an end: it was stopped after 2 s of real time.
"""


class Last:
    def __del__(self):
        while True:
            pass

    __repr__ = __str__ = __del__


def run_concurrently(jobs):
    last = Last()
    last.me = last
    del last
    return []
