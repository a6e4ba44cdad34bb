"""Tries to use up the machine's file descriptors.

says: The file raises OSError in line 9 while it is imported: [Errno 24] Too many open files
"""

import os

while True:
    os.open(os.devnull, os.O_RDONLY)
