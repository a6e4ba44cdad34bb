"""Has a regular expression look for ever, in C.

says: Your program computed without end, in line 10, and had to be stopped.
"""

import re


def run_concurrently(jobs):
    return re.match(r"(a|aa)*$", "a" * 100 + "b")
