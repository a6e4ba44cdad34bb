"""Starts threads of the system's until there are no more, each of which sleeps for real.

says: Your program did not come to an end
flags: foreign
"""

import _thread
import ctypes

libc = ctypes.CDLL(None)
real = [thing for thing in (vars(_thread).get("start_new_thread"),)]


def run_concurrently(jobs):
    kind = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p)
    sleeper = ctypes.cast(libc.sleep, ctypes.c_void_p)
    number = ctypes.c_ulong()
    for _ in range(10_000):
        if libc.pthread_create(ctypes.byref(number), None, sleeper, ctypes.c_void_p(1000)) != 0:
            break
    libc.sleep(1000)
