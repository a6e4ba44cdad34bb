"""Tries to make an end of whoever flushes its output. It does its work.

points: 8
flags: files, patching
"""

import os
import sys
from concurrent.futures import ThreadPoolExecutor


class Output:
    def write(self, text):
        return len(text)

    def flush(self):
        raise OSError


sys.stdout = sys.stderr = sys.__stdout__ = Output()


def run_concurrently(jobs):
    with ThreadPoolExecutor(len(jobs) or 1) as pool:
        return list(pool.map(lambda job: job(), jobs))
