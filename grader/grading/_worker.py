"""The worker: one exercise of a submission, one scenario, then the end.

Nothing here is secret, and nothing that is said here is believed.
"""

from __future__ import annotations

import contextlib
import faulthandler
import gc
import io
import json
import os
import signal
import sys
import threading
from typing import TYPE_CHECKING, Any, NoReturn

import msgspec

from grader.grading._zygote import may_start_python, start_quickly
from grader.lab.clock import SimulatedClock
from grader.lab.describing import place_of
from grader.lab.guarding import Guard
from grader.lab.json_lines import LINE_LIMIT, LineReader, encode, receive_line
from grader.lab.observation import Observation
from grader.lab.performing import perform
from grader.lab.real_clock import RealClock
from grader.simulation import diagnose

if TYPE_CHECKING:
    import socket
    from pathlib import Path


_guard = Guard()
"""Made before any submission is loaded, once for all workers."""


def look_again() -> None:
    """Guard also what has been imported since; no submission has been loaded yet."""
    global _guard  # noqa: PLW0603 - one for each process, which is what a global variable is
    _guard = Guard()


class _Witness:
    """The worker's end of the way to the judge's witness."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._reader = LineReader()
        # On the real clock several threads speak at once, and each must get its own reply.
        self._lock = threading.Lock()

    def begin(self, key: str, details: dict[str, Any]) -> None:
        self._send({"do": "begin", "key": key, "details": details})

    def end(self, key: str) -> Any:  # noqa: ANN401 - any JSON value
        with self._lock:
            self._connection.sendall(encode({"do": "end", "key": key}))
            line = receive_line(self._connection, self._reader)
        return None if line is None else json.loads(line)["payload"]

    def abandon(self, key: str, details: dict[str, Any]) -> None:
        self._send({"do": "abandon", "key": key, "details": details})

    def note(self, key: str, details: dict[str, Any]) -> None:
        self._send({"do": "note", "key": key, "details": details})

    def _send(self, message: dict[str, Any]) -> None:
        with self._lock:
            self._connection.sendall(encode(message))


def serve(connection: socket.socket, file: Path, stack: int, job: dict[str, Any]) -> NoReturn:
    """Perform the scenario that `job` describes, answer, and end the process.

    Args:
        connection: to the judge.
        file: the submission's file.
        stack: descriptor to write to where the program is, if it crashes or can't be interrupted.
        job: what is to be run.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(line_buffering=True)  # what was printed before a hang is worth seeing
    # From here on, what goes wrong is the submission's doing.
    connection.sendall(encode({"do": "ready"}))
    processes = job["request"].get("processes")
    if processes is not None and may_start_python(processes["method"], job["source"].encode()):
        start_quickly()
    answer = _Answer(connection)
    _say_where(answer, stack, job["cpu_seconds"])
    _guard.hide_modules()
    if "exploring" in job["request"]:
        gc.disable()  # all that hundreds of runs leave behind goes with this process
    clock = RealClock(job["pace"]) if job["pace"] else SimulatedClock()
    try:
        observation = perform(job["request"], job["module"], file, _Witness(connection), clock)
    except BaseException as error:  # noqa: BLE001 - whatever happens here is told, and the process ends
        answer.fault(error)
    changed = _guard.changed()
    answer.give(Observation("tampered", names=[changed]) if changed else observation)


class _Answer:
    """The answer, which is given once."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._begun = False

    def give(self, observation: Observation) -> NoReturn:
        """Answer, and end the process."""
        self._begun = True
        try:
            data = msgspec.json.encode(observation)
            if len(data) > LINE_LIMIT - 100:
                dropped = observation.dropped + len(observation.events)
                data = msgspec.json.encode(msgspec.structs.replace(observation, events=[], dropped=dropped))
        except (ValueError, MemoryError) as error:
            self.fault(error)
        self._end(b'{"do":"answer","observation":' + data + b"}\n")

    def give_instead(self, observation: Observation) -> None:
        """Answer in place of a program that goes on for ever, unless an answer is on its way already."""
        if not self._begun:
            self.give(observation)

    def fault(self, error: BaseException) -> NoReturn:
        """Say that there will be no answer, and end the process."""
        self._begun = True
        self._end(encode({"do": "fault", "text": f"{type(error).__name__}: {error}"[:500]}))

    def _end(self, data: bytes) -> NoReturn:
        status = 1
        try:
            for stream in (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__):
                if stream is not None:
                    with contextlib.suppress(Exception):
                        stream.flush()
            self._connection.sendall(data)
            status = 0
        finally:
            os._exit(status)


def _say_where(answer: _Answer, stack: int, cpu_seconds: float) -> None:
    """Answer with the line that runs when this process is asked, by SIGPROF.

    A slot asks when the time is up: a signal that comes from there reaches the main thread, which handles it. That of a
    timer would reach the thread that computes, and never be handled while the main thread waits for that one.
    """

    def on_signal(*_: object) -> None:
        answer.give_instead(Observation("runaway", place=place_of(diagnose())))

    signal.signal(signal.SIGPROF, on_signal)
    if sys.platform != "linux":
        # There a slot can't see how much processor time has been used.
        signal.setitimer(signal.ITIMER_PROF, cpu_seconds)
    faulthandler.enable(stack, all_threads=False)
    faulthandler.register(signal.SIGXCPU, stack, all_threads=False, chain=True)
