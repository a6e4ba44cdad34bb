"""Has a regular expression look for ever, in C.

says: Your program computed without end, in line 10, and had to be stopped. | Your program did not come to an end: it was stopped after 2 s of real time.
"""

import re


def run_concurrently(jobs):
    return re.match(r"(a|aa)*$", "a" * 100 + "b")
