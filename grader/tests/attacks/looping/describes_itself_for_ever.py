"""Raises an error whose text takes for ever.

says: Your program computed without end, in line | Your program did not come to an end: it was stopped after 2 s of real time.
"""


class Endless(Exception):
    def __str__(self):
        while True:
            try:
                while True:
                    pass
            except BaseException:
                pass


def run_concurrently(jobs):
    raise Endless
