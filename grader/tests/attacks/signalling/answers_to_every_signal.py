"""Handles every signal itself, each time with a loop of its own, and has a child of its own send it many.

says: Your program
flags: files, foreign, leaving
"""

import ctypes
import os
import signal


def again(*args):
    for _ in range(100_000):
        pass


for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
    signal.signal(number, again)
if ctypes.CDLL(None).fork() == 0:
    while True:
        os.kill(os.getppid(), signal.SIGUSR1)


def run_concurrently(jobs):
    while True:
        pass
