"""The nursery: a process that has imported what programs need, once, and forks the slots. It holds no secret.

It owns the folder in which the workers run, and it is the last to leave: when the judge is gone, however that ended, it
ends every process below it and removes the folder.
"""

from __future__ import annotations

import asyncio
import concurrent.futures.process
import contextlib
import functools
import gc
import inspect
import multiprocessing.pool
import multiprocessing.popen_fork
import multiprocessing.popen_spawn_posix
import multiprocessing.synchronize
import os
import pkgutil
import runpy
import selectors
import signal
import socket
import sys
import typing
from pathlib import Path
from typing import Any, NoReturn

import grader
from grader.grading import _worker
from grader.grading._adopted import (
    CHILD_SUBREAPER,
    DUMPABLE,
    NO_NEW_PRIVS,
    ChildWatch,
    collect,
    die_with,
    end_children,
    prctl,
)
from grader.grading._becoming import Descent
from grader.grading._folders import remove
from grader.grading._privileges import demotion
from grader.grading._probing import Surroundings, make_outside, probe
from grader.grading._seccomp import filters
from grader.grading._shortcut import make_shortcut, remove_shortcut
from grader.grading._slot import Slot
from grader.grading._wire import Channel
from grader.grading.submission import SIZE_LIMIT
from grader.lab.mock_api.api import load_libraries
from grader.simulation import Environment, rely_on_loaded_modules

_preloaded = (asyncio, concurrent.futures, multiprocessing, runpy, _worker)


def main(descriptor: int) -> NoReturn:
    """Run the nursery: fork a slot for each connection that arrives over the socket `descriptor`.

    The libraries for HTTP are imported when the first slot needs them, as that takes as long as everything else: others
    are at work meanwhile, and have less memory to copy.

    The judge's first message tells what it is for: `forget`, entries of `sys.path` that a submission must not import
    from; `place`, path of the workers' folder, which is made; and `aim`, the isolation to reach: `wanted`, `hidden` and
    `namespaces` of `Surroundings`.

    Args:
        descriptor: a Unix socket to the judge.
    """
    channel = Channel(socket.socket(fileno=descriptor))
    prctl(CHILD_SUBREAPER, 1)
    prctl(DUMPABLE, 0)
    prctl(NO_NEW_PRIVS, 1)
    settle()
    remember_protocols()
    try:
        told = channel.receive()
    except ConnectionError:
        os._exit(0)
    forget, place, aim = told["forget"], told["place"], told["aim"]
    sys.path[:] = [entry for entry in sys.path if entry not in forget]
    folder = Path(place)
    try:
        _make(folder, in_sandbox=aim["wanted"] == "bwrap")
    except OSError as error:
        _give_up(channel, f"No folder for the workers can be made in {folder.parent}", error)
    if forget:
        sys.path.append(_library(folder))
    used = [*_loaded_files(), *filter(os.path.exists, sys.path), sys.executable]
    try:
        way_down = demotion([*used, str(make_outside(folder))])
        around = Surroundings(folder=folder, way_down=way_down, used=used, libraries=sys.path, **aim)
        confinement, isolation = probe(around)
    except OSError as error:
        remove(folder)
        _give_up(channel, f"How far workers in {folder.parent} can be kept apart can't be tried", error)
    set_apart()
    nursery = _Nursery(channel, folder, Descent(way_down, confinement, filters()))
    with contextlib.suppress(ConnectionError):
        channel.send({"ready": True, "level": isolation.level, "gaps": isolation.gaps})
        nursery.run()
    nursery.leave()


class _Nursery:
    def __init__(self, channel: Channel, folder: Path, descent: Descent) -> None:
        self._channel = channel
        self._folder = folder
        self._descent = descent
        self._has_libraries = False
        self._slots: set[int] = set()
        self._watch = ChildWatch()

    def run(self) -> NoReturn:
        """Fork slots and end strays until the judge is gone.

        Raises:
            ConnectionError: it is.
        """
        with selectors.DefaultSelector() as selector:
            selector.register(self._channel, selectors.EVENT_READ)
            selector.register(self._watch, selectors.EVENT_READ)
            while True:
                ready = {key.fileobj for key, _ in selector.select()}
                if self._watch in ready:
                    self._watch.clear()
                    self._slots = {pid for pid in self._slots if collect(pid) is None}
                    end_children(spare=self._slots)
                if self._channel in ready:
                    for message in self._channel.arrived():
                        self._obey(message)

    def leave(self) -> NoReturn:
        """End everything below this process, remove the folder, and end."""
        end_children()
        remove_shortcut(self._folder)
        remove(self._folder)
        os._exit(0)

    def _obey(self, message: dict[str, Any]) -> None:
        if "open" in message:
            if message["http"]:
                self._load_libraries()
            for connection in self._channel.take_descriptors(1):
                self._open(connection)
        elif message["end"] in self._slots:
            os.kill(message["end"], signal.SIGKILL)

    def _load_libraries(self) -> None:
        if not self._has_libraries:
            gc.disable()
            load_libraries()
            compile_patterns()
            _worker.look_again()
            settle()
            set_apart()
            self._has_libraries = True

    def _open(self, connection: int) -> None:
        nursery = os.getpid()
        try:
            pid = os.fork()
        except OSError as error:
            _refuse(connection, error)
            return
        if pid == 0:
            try:
                self._channel.close()
                self._watch.close()
                die_with(nursery)
                sys.dont_write_bytecode = True  # from here on, what is imported may be a submission's
                _slot(connection, self._folder, self._descent).serve()
            finally:
                os._exit(1)
        self._slots.add(pid)
        os.close(connection)


def settle() -> None:
    """Take what has been imported for all there is, before processes are forked that share its memory."""
    with Environment():
        pass
    rely_on_loaded_modules()


def set_apart() -> None:
    """Have the collector leave alone what there is: to look at it would be to copy its memory in each worker."""
    gc.freeze()  # without a collection: the little that it would find isn't worth its time
    gc.enable()


def compile_patterns() -> None:
    """Have patterns compiled that mocks use, and that the library compiles when they are used first: in each worker."""
    pkgutil.resolve_name("os")
    inspect.signature(len)


def remember_protocols() -> None:
    """Have the members of a protocol worked out once: before 3.12 each `isinstance` does, and `requests` asks often."""
    if sys.version_info < (3, 12):
        vars(typing)["_get_protocol_attrs"] = functools.cache(vars(typing)["_get_protocol_attrs"])


def _slot(connection: int, folder: Path, descent: Descent) -> Slot:
    try:
        return Slot(Channel(socket.socket(fileno=connection)), folder, descent)
    except OSError as error:
        _refuse(connection, error)
        raise


def _refuse(connection: int, error: OSError) -> None:
    """Tell the judge why there is no slot."""
    with contextlib.closing(Channel(socket.socket(fileno=connection))) as channel, contextlib.suppress(OSError):
        what = f"No process that watches over programs can be started: {error.strerror or error}."
        channel.send({"fault": f"{what} Is there memory left, and room in the folder for temporary files?"})


def _give_up(channel: Channel, what: str, error: OSError) -> NoReturn:
    with contextlib.suppress(OSError):
        channel.send({"fault": f"{what}: {error.strerror or error}."})
    os._exit(0)


def _make(folder: Path, *, in_sandbox: bool) -> None:
    """Make the workers' folder, which a sandbox has already, and try whether it holds as much as a run needs."""
    # A worker may be another user; it knows the name of its own folder in there.
    folder.mkdir(mode=0o711, exist_ok=in_sandbox)
    try:
        probe = folder / "probe"
        probe.write_bytes(bytes(SIZE_LIMIT))
        probe.unlink()
        make_shortcut(folder)
    except OSError:
        remove(folder)
        raise


def _library(folder: Path) -> str:
    """Make a folder from which nothing but this package can be imported: processes that a program starts need it."""
    library = folder / "lib"
    library.mkdir(mode=0o755)
    (library / "grader").symlink_to(Path(grader.__file__).resolve().parent)
    return str(library)


def _loaded_files() -> list[str]:
    files = (getattr(module, "__file__", None) for module in list(sys.modules.values()))
    return [file for file in files if file is not None and Path(file).exists()]
