"""Stops the processes that watch it, without ending them.

says: The processes that watch your program were ended while it ran.
rootsays: The file raises PermissionError in line
confinedsays: The file raises PermissionError in line
"""

import os
import signal

with open(f"/proc/{os.getppid()}/stat") as status:
    grandparent = int(status.read().rpartition(")")[2].split()[1])
os.kill(grandparent, signal.SIGSTOP)
os.kill(os.getppid(), signal.SIGSTOP)
