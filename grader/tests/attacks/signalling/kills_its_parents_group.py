"""Tries to end all the processes that watch over workers at once.

says: The processes that watch your program were ended while it ran. | It raised PermissionError
flags: files, leaving
"""

import os
import signal


def run_concurrently(jobs):
    os.killpg(os.getpgid(os.getppid()), signal.SIGKILL)
