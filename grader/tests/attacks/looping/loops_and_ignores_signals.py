"""Tries to run for ever whatever signal comes.

says: Your program computed without end, in code outside your file, and had to be stopped. | Your program did not come to an end: it was stopped after 2 s of real time.
flags: leaving
"""

import signal

for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
    signal.signal(number, signal.SIG_IGN)

while True:
    pass
