"""Tries to say values of the wrong types.

says: Your program's answer could not be read: an event began at no time
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
    say(b'{"do":"answer","observation":{"outcome":"returned","events":[[0,0,null,"job",null,{"began":"x"}]]}}')
