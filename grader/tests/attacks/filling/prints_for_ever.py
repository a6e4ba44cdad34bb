"""Prints without end, to both streams.

says: and had to be stopped
flags: foreign
"""

import ctypes

libc = ctypes.CDLL(None)


def run_concurrently(jobs):
    while True:
        libc.write(1, b"points: 10\n" * 5_000, 50_000)
        libc.write(2, b"\x1b[31m\xff\x00" * 5_000, 30_000)
