"""Reading a submission's file without trusting the place it is in."""

from __future__ import annotations

import os
import stat
from pathlib import Path

SIZE_LIMIT = 1 << 20
"""Bytes that an exercise's file may have."""


class SubmissionError(Exception):
    """A file can't be graded; the message says why and what to do."""


def read_exercise(file: Path, shown: str) -> bytes:
    """Read an exercise's file: a regular file below 1 MiB, reached through no link.

    Args:
        file: where it is.
        shown: how messages name it.

    Raises:
        SubmissionError: it is missing, no file, a link, too large, unreadable, empty, or not UTF-8.
    """
    try:
        descriptor = os.open(file, os.O_RDONLY | os.O_CLOEXEC | getattr(os, "O_NOFOLLOW", 0) | os.O_NONBLOCK)
    except FileNotFoundError:
        raise SubmissionError(_missing(file, shown)) from None
    except OSError as error:
        raise SubmissionError(_unopened(file, shown, error)) from None
    with os.fdopen(descriptor, "rb") as opened:
        status = os.fstat(descriptor)
        if stat.S_ISDIR(status.st_mode):
            msg = f"{shown} is a directory. Put the file of that name back."
            raise SubmissionError(msg)
        if not stat.S_ISREG(status.st_mode):
            msg = f"{shown} is not a regular file. Put a plain Python file in its place."
            raise SubmissionError(msg)
        data = opened.read(SIZE_LIMIT + 1) if status.st_size <= SIZE_LIMIT else b""
    if status.st_size > SIZE_LIMIT or len(data) > SIZE_LIMIT:
        msg = f"{shown} is {status.st_size / 1e6:.0f} MB large; an exercise has at most 1 MB. Is it the right file?"
        raise SubmissionError(msg)
    if not data.strip():
        msg = f"{shown} is empty. Put the stub back and start from it."
        raise SubmissionError(msg)
    _check_encoding(data, shown)
    return data


def _missing(file: Path, shown: str) -> str:
    if file.is_symlink():
        return f"{shown} is a link that leads nowhere. Put a plain Python file in its place."
    return f"{shown} is missing. Put the file back: its name and place must stay as they were handed out."


def _unopened(file: Path, shown: str, error: OSError) -> str:
    if file.is_symlink():
        return f"{shown} is a link. Put the file itself there; links are not followed."
    return f"{shown} can't be read: {error.strerror}. Check its permissions."


def _check_encoding(data: bytes, shown: str) -> None:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        msg = f"{shown} is not UTF-8 (line {line}). Save it with the encoding UTF-8."
        raise SubmissionError(msg) from None
    if b"\0" in data:
        msg = f"{shown} holds NUL bytes, so it is no Python source. Save it as plain text in UTF-8."
        raise SubmissionError(msg)
