"""Tries to look like somebody who presses Ctrl-C.

says: The file raises KeyboardInterrupt in line 6 while it is imported.
"""

raise KeyboardInterrupt
