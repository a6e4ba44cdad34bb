"""Tries to have each job counted twice, and its result twice.

says: The results are in another order than the jobs.
says: The call took longer than it has to.
points: 2
flags: files, foreign
"""

import ctypes
import os
import stat

libc = ctypes.CDLL(None)


def connection():
    for number in range(3, 256):
        try:
            if stat.S_ISSOCK(os.fstat(number).st_mode):
                return number
        except OSError:
            continue


def say(*lines):
    data = b"".join(line + b"\n" for line in lines)
    while data and (sent := libc.write(connection(), data, len(data))) > 0:
        data = data[sent:]


def run_concurrently(jobs):
    for job in jobs:
        say(b'{"do":"begin","key":"%s"}' % job._key.encode())
    results = [job() for job in jobs]
    return results[::-1]
