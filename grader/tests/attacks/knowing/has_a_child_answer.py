"""Starts a child that sends a good answer after the worker has ended.

says: The jobs were never run.
flags: files, foreign, leaving
"""

import ctypes
import json
import os
import stat

libc = ctypes.CDLL(None)


def connection():
    for number in range(3, 256):
        try:
            if stat.S_ISSOCK(os.fstat(number).st_mode):
                return number
        except OSError:
            continue


def say(**message):
    data = json.dumps(message, separators=(",", ":")).encode() + b"\n"
    libc.write(connection(), data, len(data))


def hear():
    data = b""
    while not data.endswith(b"\n"):
        part = ctypes.create_string_buffer(1)
        libc.read(connection(), part, 1)
        data += part.raw
    return json.loads(data)["payload"]


def run_concurrently(jobs):
    if libc.fork() == 0:
        say(do="answer", observation={"outcome": "returned", "value": ["0" * 12] * len(jobs), "elapsed": 2 * 10**9})
        libc._exit(0)
    libc.wait(None)
    os._exit(1)
