"""Sends signals to all other workers: processes with the same program and nothing in common with it.

needs: landlock
says: The jobs were never run. | It raised PermissionError
flags: files, leaving, system
"""

import os
import signal


def parent(pid):
    with open(f"/proc/{pid}/stat") as status:
        return int(status.read().rpartition(")")[2].split()[1])


def run_concurrently(jobs):
    nursery = parent(os.getppid())
    for name in os.listdir("/proc"):
        try:
            if name.isdecimal() and parent(parent(int(name))) == nursery and int(name) != os.getpid():
                # This one would do harm only where nothing keeps it from that, and then it isn't sent.
                os.kill(int(name), signal.SIGSTOP if os.getuid() >= 60_000 else 0)
        except OSError:
            continue
    return []
