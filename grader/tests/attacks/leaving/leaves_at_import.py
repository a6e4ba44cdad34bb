"""Tries to end the process politely.

says: The file calls sys.exit() in line 8 while it is imported.
"""

import sys

sys.exit(0)
