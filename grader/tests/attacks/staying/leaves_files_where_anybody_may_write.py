"""Leaves files where every user may write, for a later program to find.

needs: landlock
says: The jobs were never run.
flags: files, system
"""

import pathlib


def run_concurrently(jobs):
    for folder in ("/tmp", "/var/tmp", "/dev/shm"):
        try:
            pathlib.Path(folder, "grader-attack-seen").write_text("been here")
        except OSError:
            continue
    return []
