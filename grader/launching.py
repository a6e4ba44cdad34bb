"""Starting the process that programs come from, before anybody knows which.

What it imports takes longer than most programs. A command that will grade starts it first of all, and it imports while
the command itself does; then it is told what it is for.
"""

from __future__ import annotations

# What takes long to import would make all that follows wait: paths are texts here, and messages are arguments.
import contextlib
import os
import socket
import subprocess
import sys
import sysconfig
from typing import TYPE_CHECKING, NamedTuple

import grader

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# It takes single modules of the package. Its `__init__` would bring pytest into every worker.
BOOT = """
import gc, sys, types
gc.disable()  # what is imported stays
package, descriptor, *sys.path[:] = sys.argv[1:]
import grader
sys.modules["grader.grading"] = grader.grading = types.ModuleType("grader.grading")
grader.grading.__path__ = [package]
from grader.grading._nursery import main
main(int(descriptor))
"""
_KEPT = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")


class Launch(NamedTuple):
    """A nursery that has been started and doesn't know yet what for.

    Attributes:
        process: its process.
        connection: to it.
    """

    process: subprocess.Popen[bytes]
    connection: socket.socket

    def end(self) -> None:
        """End it, as it isn't needed."""
        self.connection.close()
        self.process.kill()
        self.process.wait()


def launch(path: Sequence[str], prefix: Sequence[str] = ()) -> Launch:
    """Start a nursery.

    Args:
        path: where it imports from.
        prefix: what comes before its command.

    Raises:
        OSError: it can't be started.
    """
    ours, theirs = socket.socketpair()
    with theirs:
        package = os.path.join(os.path.dirname(__file__), "grading")
        try:
            process = subprocess.Popen(  # noqa: S603 - our own interpreter and our own code
                [*prefix, sys.executable, *_options(), "-c", BOOT, package, str(theirs.fileno()), *path],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                env=_environment(),
                cwd="/",
                start_new_session=True,
            )
        except OSError:
            ours.close()
            raise
    return Launch(process, ours)


_early: list[Launch] = []


@contextlib.contextmanager
def launched_early() -> Iterator[None]:
    """Have a nursery started while the block runs, for whoever is the first to need one there."""
    with contextlib.suppress(OSError):  # whoever needs one will meet that again, and say so
        _early.append(launch(import_path()[0]))
    try:
        yield
    finally:
        while _early:
            _early.pop().end()


def take_early() -> Launch | None:
    """Return the nursery that has been started early, if there is one that nobody else has taken."""
    return _early.pop() if _early else None


def import_path() -> tuple[list[str], list[str]]:
    """Return the nursery's import path, and what of it a submission must not import from."""
    home = os.path.dirname(os.path.dirname(os.path.realpath(grader.__file__)))
    stdlib = {os.path.realpath(sysconfig.get_path(name)) for name in ("stdlib", "platstdlib")}
    kept = [entry for entry in sys.path if entry and _is_library(os.path.realpath(entry), stdlib)]
    forget = [] if _is_library(home, stdlib) else [home]
    return [*kept, *forget], forget


def _is_library(entry: str, stdlib: set[str]) -> bool:
    parts = entry.split(os.sep)
    if not {"site-packages", "dist-packages"}.isdisjoint(parts) or entry.endswith(".zip"):
        return True
    return any(f"{entry}{os.sep}".startswith(f"{place}{os.sep}") for place in stdlib)


def _options() -> list[str]:
    """Return the options of the nursery's interpreter: it caches what it compiles if this one does."""
    return ["-P", "-s", "-S", *(["-B"] if sys.dont_write_bytecode else [])]


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    fixed = {"PATH": os.defpath, "LANG": "C.UTF-8", "PYTHONHASHSEED": "0", "MALLOC_ARENA_MAX": "4"}
    # aiohttp reads all certificates of the machine when it is imported, for connections that a mock never makes.
    return {**kept, **fixed, "SSL_CERT_FILE": os.devnull}
