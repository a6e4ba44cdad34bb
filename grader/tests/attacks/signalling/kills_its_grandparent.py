"""Tries to end the process that started the one that watches it, when it is imported.

says: The processes that watch your program were ended while it ran.
rootsays: The file raises PermissionError in line
confinedsays: The file raises PermissionError in line
"""

import os
import signal

with open(f"/proc/{os.getppid()}/stat") as status:
    os.kill(int(status.read().rpartition(")")[2].split()[1]), signal.SIGKILL)
