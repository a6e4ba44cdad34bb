"""Tries to give a second, better answer.

says: The jobs were never run.
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
    say(
        b'{"do":"answer","observation":{"outcome":"returned","value":[1]}}',
        b'{"do":"answer","observation":{"outcome":"returned","value":[1,2,3],"elapsed":2000000000}}',
    )
