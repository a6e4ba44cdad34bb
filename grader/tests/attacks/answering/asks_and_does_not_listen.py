"""Tries to keep the judge waiting for it to read.

says: Your program did not come to an end: it was stopped after 0.6 s of real time.
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
    key = jobs[0]._key.encode()
    say(b'{"do":"begin","key":"%s"}' % key)
    say(*[b'{"do":"end","key":"%s"}' % key] * 50_000)
    libc.pause()
