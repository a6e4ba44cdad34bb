"""Makes small files and folders without end.

says: Your program computed without end
flags: files
"""

import os


def run_concurrently(jobs):
    number = 0
    while True:
        number += 1
        os.mkdir(f"d{number}")
        for name in range(20):
            os.close(os.open(f"d{number}/{name}", os.O_CREAT | os.O_WRONLY))
