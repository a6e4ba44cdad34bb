"""What a worker may touch: it reads Python, its libraries and its own exercise, and writes its scratch folder."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from grader.grading._landlock import Access, Ruleset

if TYPE_CHECKING:
    from pathlib import Path

    from grader.grading._needed import Needed

_READ = Access.READ_FILE | Access.READ_DIR
_RUN = _READ | Access.EXECUTE
_OWN = (
    _READ
    | Access.WRITE_FILE
    | Access.TRUNCATE
    | Access.REFER
    | Access.REMOVE_DIR
    | Access.REMOVE_FILE
    | Access.MAKE_DIR
    | Access.MAKE_REG
    | Access.MAKE_SOCK
    | Access.MAKE_FIFO
    | Access.MAKE_SYM
)
_SHARED = Access.READ_FILE | Access.WRITE_FILE | Access.TRUNCATE | Access.MAKE_REG | Access.REMOVE_FILE
"""For the folder in which everybody's semaphores and shared memory are, those of `multiprocessing` among them.

It may not be listed: what others have there has names that can't be guessed, so it can't be reached.
"""

_SHARED_FOLDER = "/dev/shm"  # noqa: S108 - where Linux has shared memory
_NOTHING = "/dev/null"


class Confinement:
    """What every worker of a nursery keeps.

    Attributes:
        needed: what Python needs.
    """

    def __init__(self, needed: Needed) -> None:
        """Open all that is needed.

        Raises:
            OSError: a rule about it can't be made.
        """
        self.needed = needed
        self._rules = Ruleset()
        for path in needed.programs:
            self._rules.keep(path, _RUN)
        for path in needed.files:
            self._rules.keep(path, _READ)
        for path in needed.listed:
            self._rules.keep(path, Access.READ_DIR)
        self._rules.keep(_NOTHING, _READ | Access.WRITE_FILE | Access.TRUNCATE | Access.IOCTL_DEV)
        self._rules.keep(_SHARED_FOLDER, _SHARED)

    def confine(self, folder: Path, *, tcp: bool) -> int:
        """Take everything from this process that no program needs; it has ``no_new_privs`` set.

        Of ``/proc`` it keeps what is about itself: command lines of others may hold secrets, such as a seed. What it
        starts can't even see itself there, as rules are about what is there already.

        Args:
            folder: the run's own.
            tcp: whether the program may really connect; in simulated time, none does.

        Returns:
            A descriptor to leave open. The kernel may forget a folder like that in ``/proc`` while nobody holds it, and
            make another, which the rule isn't about.

        Raises:
            OSError: the kernel refuses to.
        """
        itself = f"/proc/{os.getpid()}"
        held = os.open(itself, getattr(os, "O_PATH", os.O_RDONLY) | os.O_CLOEXEC)
        self._rules.obey(tcp=tcp, own=((str(folder), _OWN), (itself, _READ)))
        return held
