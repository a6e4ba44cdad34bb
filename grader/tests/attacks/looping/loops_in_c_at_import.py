"""Tries to run for ever where no signal handler of Python's is called.

says: Your program computed without end, in line 8, and had to be stopped. | Your program did not come to an end: it was stopped after 2 s of real time.
"""

import itertools

sum(itertools.repeat(0))
