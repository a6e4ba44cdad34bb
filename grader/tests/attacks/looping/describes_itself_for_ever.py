"""Raises an error whose text takes for ever.

says: Your program computed without end, in line
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
