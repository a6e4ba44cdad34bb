"""Tries to end the process with a status that looks like success, while it is imported.

says: Your program ended Python itself, with exit status 0, while its file was imported.
flags: leaving
"""

import os

os._exit(0)
