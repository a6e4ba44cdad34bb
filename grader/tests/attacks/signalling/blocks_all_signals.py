"""Blocks all signals, and goes on for ever.

says: Your program did not come to an end | Your program computed without end
flags: leaving
"""

import signal


def run_concurrently(jobs):
    signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    while True:
        pass
