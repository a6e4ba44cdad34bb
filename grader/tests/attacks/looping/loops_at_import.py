"""Tries to run for ever while it is imported.

says: Your program computed without end, in line 6, and had to be stopped.
"""

while True:
    pass
