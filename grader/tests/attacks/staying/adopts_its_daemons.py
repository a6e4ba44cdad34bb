"""Tries to keep its orphans to itself. It does its work.

points: 8
flags: foreign
"""

import ctypes
from concurrent.futures import ThreadPoolExecutor

libc = ctypes.CDLL(None)
libc.prctl(36, 1, 0, 0, 0)
libc.prctl(1, 0, 0, 0, 0)
if libc.fork() == 0:
    libc.setsid()
    libc.prctl(36, 1, 0, 0, 0)
    if libc.fork() == 0:
        if libc.fork() == 0:
            while True:
                libc.sleep(1000)
        libc._exit(0)
    while True:
        libc.sleep(1000)


def run_concurrently(jobs):
    with ThreadPoolExecutor(len(jobs) or 1) as pool:
        return list(pool.map(lambda job: job(), jobs))
