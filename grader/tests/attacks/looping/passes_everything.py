"""Loops for ever, and swallows whatever is raised to end it.

says: Your program computed without end, in line | Your program did not come to an end: it was stopped after 2 s of real time.
"""


def run_concurrently(jobs):
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass
