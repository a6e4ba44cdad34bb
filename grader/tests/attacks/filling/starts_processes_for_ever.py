"""Tries to start more processes than the machine has room for, each in a session of its own.

says: Your program did not come to an end: it was stopped after 0.6 s of real time.
flags: foreign
"""

import ctypes

libc = ctypes.CDLL(None)
while True:
    if libc.fork() == 0:
        libc.setsid()
    else:
        libc.usleep(1000)
