# Tries: to end all the processes that watch over workers at once.
# Told: The processes that watch your program were ended while it ran.
# Told to the confined: It raised PermissionError
import os
import signal


def run_concurrently(jobs):
    os.killpg(os.getpgid(os.getppid()), signal.SIGKILL)
