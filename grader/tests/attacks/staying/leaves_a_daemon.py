"""Tries to leave a process behind that left the session, has no parent and ignores every signal. It does its work.

points: 8
flags: foreign, leaving
"""

import ctypes
import signal
from concurrent.futures import ThreadPoolExecutor

libc = ctypes.CDLL(None)


def run_concurrently(jobs):
    for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP, signal.SIGPROF}:
        libc.signal(int(number), 1)
    if libc.fork() == 0:
        libc.setsid()
        libc.prctl(1, 0, 0, 0, 0)
        if libc.fork() == 0:
            libc.setsid()
            while True:
                libc.sleep(1000)
        libc._exit(0)
    with ThreadPoolExecutor(len(jobs) or 1) as pool:
        return list(pool.map(lambda job: job(), jobs))
