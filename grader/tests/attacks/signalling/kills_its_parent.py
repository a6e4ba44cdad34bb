"""Tries to end the process that watches it, and to go on.

says: The processes that watch your program were ended while it ran. | It raised PermissionError
flags: files, leaving
"""

import os
import signal


def run_concurrently(jobs):
    os.kill(os.getppid(), signal.SIGKILL)
    return [job() for job in jobs]
