"""Writing a report's file whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


class UnwritableError(Exception):
    """A report can't be written; the message says why and what to do."""


def write_file(folder: Path, name: str, text: str) -> Path:
    """Write a new file and rename it into place.

    Raises:
        UnwritableError: the folder can't be made, or the file can't be written.
    """
    partial = None
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor, partial = tempfile.mkstemp(dir=folder, prefix=f".{name}-")
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        target = folder / name
        os.chmod(partial, 0o644)  # noqa: PTH101 - what mkstemp returns is a string
        Path(partial).replace(target)
    except OSError as error:
        if partial is not None:
            Path(partial).unlink(missing_ok=True)
        msg = f"{folder / name} can't be written: {error.strerror or error}. Give --out a folder that can be."
        raise UnwritableError(msg) from None
    return target
