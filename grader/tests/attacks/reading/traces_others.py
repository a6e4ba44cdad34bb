"""Attaches to the processes that watch it, as a debugger does.

says: The file raises PermissionError
flags: files, foreign, system
"""

import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
ATTACH, SEIZE = 16, 0x4206
pid = os.getppid()
for request in (ATTACH, SEIZE):
    if libc.ptrace(request, pid, 0, 0) == 0:
        os.waitpid(pid, 0)
        raise RuntimeError("attached")
with open(f"/proc/{pid}/mem", "r+b") as memory:
    memory.read(1)
