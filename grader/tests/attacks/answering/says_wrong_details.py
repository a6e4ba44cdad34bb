"""Tries to say details of the wrong types.

says: Your program's answer could not be read: Expected `int`
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
    say(b'{"do":"begin","key":"k","details":{"thread":[],"time":{}}}')
