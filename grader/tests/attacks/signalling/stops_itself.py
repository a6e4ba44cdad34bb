"""Tries to be stopped like a job of the shell's.

says: Your program did not come to an end: it was stopped after 0.6 s of real time.
flags: leaving
"""

import os
import signal

os.kill(os.getpid(), signal.SIGSTOP)
