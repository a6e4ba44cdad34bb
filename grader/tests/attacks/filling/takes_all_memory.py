"""Tries to use up the machine's memory.

says: It raised MemoryError.
"""

def run_concurrently(jobs):
    hoard = []
    while True:
        hoard.append(bytes(1 << 28))
