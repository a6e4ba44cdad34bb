"""Sends a complete answer, with a trace and lanes in it, without the witness having heard of any job.

says: The jobs were never run.
flags: files, foreign
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
    events = [[0, number, None, "thread_start", None, {"started": number, "name": "t"}] for number in range(1, 6)]
    events += [[2 * 10**9, number + 1, None, "job", None, {"key": job._key, "began": 0}] for number, job in enumerate(jobs)]
    say(
        do="answer",
        observation={
            "outcome": "returned", "value": ["0" * 12] * len(jobs), "elapsed": 2 * 10**9, "events": events, "left": [],
        },
    )
    libc.pause()
