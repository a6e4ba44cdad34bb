"""Takes all memory in ways that the limit on memory may not count: shared, in files without a name, in children.

says: before it had an answer
flags: foreign, leaving
"""

import ctypes
import mmap
import os

libc = ctypes.CDLL(None)


def run_concurrently(jobs):
    held = []
    for _ in range(64):
        descriptor = libc.memfd_create(b"hoard", 0)
        try:
            os.ftruncate(descriptor, 1 << 30)
            area = mmap.mmap(descriptor, 1 << 30)
            for page in range(0, 1 << 26, 4096):
                area[page] = 1
            held.append(area)
        except (OSError, ValueError):
            break
    os._exit(len(held))
