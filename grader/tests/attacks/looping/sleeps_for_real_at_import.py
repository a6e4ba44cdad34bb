"""Tries to sleep past the simulation.

says: Your program did not come to an end: it was stopped after 0.6 s of real time.
flags: foreign
"""

import ctypes

ctypes.CDLL(None).sleep(1000)
