"""The worker: one exercise of a submission, one scenario, then the end. Nothing here is secret, and nothing is believed."""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
from pathlib import Path
from typing import Any, NoReturn

import msgspec

from grader.grading._wire import LINE_LIMIT, LineReader, encode, receive_line
from grader.lab.describing import place_of
from grader.lab.observation import Observation
from grader.lab.stage import perform
from grader.simulation import diagnose


class _Witness:
    """The worker's end of the way to the judge's witness."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._reader = LineReader()

    def begin(self, key: str, details: dict[str, Any]) -> None:
        self._send({"do": "begin", "key": key, "details": details})

    def end(self, key: str) -> Any:  # noqa: ANN401 - any JSON value
        self._send({"do": "end", "key": key})
        line = receive_line(self._connection, self._reader)
        return None if line is None else json.loads(line)["payload"]

    def abandon(self, key: str, details: dict[str, Any]) -> None:
        self._send({"do": "abandon", "key": key, "details": details})

    def note(self, key: str, details: dict[str, Any]) -> None:
        self._send({"do": "note", "key": key, "details": details})

    def _send(self, message: dict[str, Any]) -> None:
        self._connection.sendall(encode(message))


def serve(connection: socket.socket, job: dict[str, Any]) -> NoReturn:
    """Perform the scenario that `job` describes, answer, and end the process."""
    _end_when_spinning(connection, job["cpu_seconds"])
    try:
        observation = perform(job["request"], job["module"], Path(job["file"]), _Witness(connection))
        _answer(connection, observation)
    except BaseException as error:  # noqa: BLE001 - whatever happens here is told, and the process ends
        connection.sendall(encode({"do": "fault", "text": f"{type(error).__name__}: {error}"[:500]}))
    _leave()


def _answer(connection: socket.socket, observation: Observation) -> None:
    data = msgspec.json.encode(observation)
    if len(data) > LINE_LIMIT - 100:
        data = msgspec.json.encode(msgspec.structs.replace(observation, events=[], dropped=len(observation.events)))
    connection.sendall(b'{"do":"answer","observation":' + data + b"}\n")


def _end_when_spinning(connection: socket.socket, cpu_seconds: float) -> None:
    """Say where the program is when it has used its processor time, and end it.

    Processor time, not the clock: a busy machine can't make a program look endless.
    """

    def on_signal(*_: object) -> None:
        site = diagnose()
        observation = Observation("runaway", place=place_of(site))
        _answer(connection, observation)
        _leave()

    signal.signal(signal.SIGPROF, on_signal)
    signal.setitimer(signal.ITIMER_PROF, cpu_seconds)


def _leave() -> NoReturn:
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            continue
    os._exit(0)
