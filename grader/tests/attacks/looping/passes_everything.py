"""Loops for ever, and swallows whatever is raised to end it.

says: Your program computed without end, in line
"""


def run_concurrently(jobs):
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass
