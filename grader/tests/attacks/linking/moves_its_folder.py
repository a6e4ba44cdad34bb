"""Moves the folder that it runs in away, and puts a link to somewhere else there.

says: The jobs were never run.
flags: files, system
"""

import os
import pathlib


def run_concurrently(jobs):
    here = pathlib.Path.cwd()
    for step in (
        lambda: here.rename(here.with_name("elsewhere")),
        lambda: here.symlink_to("/etc"),
        lambda: os.symlink("/etc", "link"),
        lambda: os.link("/etc/passwd", "hard"),
        lambda: os.mkfifo("pipe"),
        lambda: os.chmod("/tmp", 0o777) if os.getuid() else None,
        lambda: os.rename("exercises", "moved"),
        lambda: os.symlink("/etc", "exercises"),
    ):
        try:
            step()
        except OSError:
            continue
    return []
