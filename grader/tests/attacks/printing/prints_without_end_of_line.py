"""Tries to fill memory or block with what it prints, without a line's end and as no text. It does its work.

points: 8
"""

import sys
from concurrent.futures import ThreadPoolExecutor

for _ in range(500):
    sys.stdout.buffer.write(b"\xff\x00" * 32_768)


def run_concurrently(jobs):
    with ThreadPoolExecutor(len(jobs) or 1) as pool:
        return list(pool.map(lambda job: job(), jobs))
