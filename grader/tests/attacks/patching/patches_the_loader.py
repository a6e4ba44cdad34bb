"""Replaces its own source by a harmless one, after it has been read.

says: The file raises RuntimeError in line 14
"""

import linecache
import sys

GOOD = "def run_concurrently(jobs):\n    return [job() for job in jobs]\n"
linecache.cache[__file__] = (len(GOOD), None, GOOD.splitlines(True), __file__)
linecache.checkcache = lambda *args: None
with open(__file__, "w") as file:
    file.write(GOOD)
raise RuntimeError("see for yourself: there is no such line")


def run_concurrently(jobs):
    return []
