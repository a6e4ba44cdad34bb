"""Tries to run for ever whatever signal comes.

says: Your program computed without end, in code outside your file, and had to be stopped.
flags: leaving
"""

import signal

for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
    signal.signal(number, signal.SIG_IGN)

while True:
    pass
