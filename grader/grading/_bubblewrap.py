"""The sandbox: a view of the machine in which there is only what a worker needs, made by ``bwrap``.

No network but a loopback of its own, no process of others, no shared memory and no temporary files of others; what can
be seen of the files can't be written, except for the workers' folder.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

from grader.errors import BadInputError
from grader.grading._needed import needed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_OWN = ("--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try")
_OPEN_TO_ALL = ("--perms", "1777")
_EMPTY = ("/tmp", "/dev/shm")  # noqa: S108 - the sandbox's own
_SIZE = ("--size", str(256 << 20))
"""Bytes of memory that its temporary files and its shared memory may take up, each."""

_TRIAL_SECONDS = 60.0
_SHOWN = 300


class NoSandboxError(BadInputError):
    """There is no such sandbox here; the message says why and what to do."""


def sandbox(libraries: Sequence[str], folder: Path) -> list[str]:
    """Return what is to be put before a command to run it in the sandbox, once that has been tried.

    Args:
        libraries: the folders that Python imports from.
        folder: the only one that can be written to; it is there.

    Raises:
        NoSandboxError: it doesn't work here.
    """
    program = shutil.which("bwrap")
    if program is None:
        what = "it isn't installed" if sys.platform == "linux" else "only Linux has it"
        raise NoSandboxError(_words(what))
    help_text = _run([program, "--help"]).stdout
    bounded = _SIZE if "--size" in help_text else ()  # older than 0.7
    prefix = [
        program, *_OWN, "--proc", "/proc", "--dev", "/dev",
        *(word for place in _EMPTY for word in (*_OPEN_TO_ALL, *bounded, "--tmpfs", place)),
        *_visible(libraries),
        "--bind", str(folder), str(folder), "--chdir", "/", "--",
    ]  # fmt: skip
    trial = _run([*prefix, sys.executable, "-I", "-S", "-c", ""])
    if trial.returncode != 0:
        said = (trial.stderr.strip().splitlines() or [f"it ended with {trial.returncode}"])[-1]
        raise NoSandboxError(_words(f"it doesn't work, as it says: {ascii(said)[1:-1][:_SHOWN]}"))
    return prefix


def _visible(libraries: Sequence[str]) -> list[str]:
    """Return the options that show what Python needs, under each name that it may look for it."""
    wanted = needed(libraries)
    names = {path: path for path in (*wanted.programs, *wanted.files) if not path.startswith("/dev/")}
    names.update(wanted.links)
    return [word for name in sorted(names) for word in ("--ro-bind", names[name], name)]


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(  # noqa: S603 - a program of the system's, found on the path of whoever grades
            command,
            capture_output=True,
            check=False,
            errors="replace",
            timeout=_TRIAL_SECONDS,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NoSandboxError(_words(f"it can't be run: {error}")) from None


def _words(what: str) -> str:
    return (
        f"--sandbox bwrap needs bubblewrap, and {what}.\n"
        "Install it (on Debian and Ubuntu: sudo apt install bubblewrap; on Fedora: sudo dnf install bubblewrap). As a\n"
        "plain user it needs user namespaces, which some systems and most containers forbid: grade in a virtual\n"
        "machine then, or leave --sandbox away. docs/trust.md says what is open without it."
    )
