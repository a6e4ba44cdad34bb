"""Begins with a mark of the order of bytes, ends its lines in three ways, and has form feeds in them.

says: which line is this?
"""


import os



def run_concurrently(jobs):
    raise RuntimeError("which line is this?")
