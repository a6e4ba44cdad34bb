"""Keeps what an earlier run of it has seen, in its folder, its home and the folder for temporary files.

says: It raised LookupError: never been here
flags: files
"""

import os
import pathlib
import tempfile

PLACES = [pathlib.Path(place) for place in (".", os.environ["HOME"], tempfile.gettempdir())]


def run_concurrently(jobs):
    earlier = [place / "seen" for place in PLACES if (place / "seen").exists()]
    for place in PLACES:
        (place / "seen").write_text("been here")
    if not earlier:
        raise LookupError("never been here")
    return [path.read_text() for path in earlier]
