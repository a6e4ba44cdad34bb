# -*- coding: raw_unicode_escape -*-
"""Says that it is written in escapes, so that what looks like a comment is code.

says: Your program ended Python itself, with exit status 0, while its file was imported.
flags: encoding, leaving
"""

# \u000aimport os; os._exit(0)


def run_concurrently(jobs):
    return []
