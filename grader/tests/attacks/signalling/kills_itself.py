"""Tries to vanish.

says: Your program was ended by the signal SIGKILL before it had an answer.
flags: leaving
"""

import os
import signal


def run_concurrently(jobs):
    os.kill(os.getpid(), signal.SIGKILL)
