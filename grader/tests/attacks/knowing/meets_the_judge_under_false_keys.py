"""Begins jobs that there are not, dozens of times, and talks nonsense where processes meet.

exercise: parallelism/fundamentals
points: 0
says: The jobs were never run.
flags: files, inside
"""

import json
import os
import socket

from grader.lab.processes import child


def run_in_processes(function, arguments, processes=None):
    address = json.loads(os.environ[child.VARIABLE])["address"]
    for number in range(50):
        with socket.socket(socket.AF_UNIX) as connection:
            try:
                connection.connect(address)
                connection.sendall(json.dumps({"do": "begin", "key": f"{number}"}).encode() + b"\n")
                connection.sendall(b'{"do":"answer"}\n' + b"[" * 5_000 + b"\n")
            except OSError:
                break
    return []
