"""Reading a submission's file without trusting the place it is in."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

SIZE_LIMIT = 1 << 20
"""Bytes that an exercise's file may have."""

_NO_LINK = os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
_CHUNK = 1 << 16


class SubmissionError(Exception):
    """A file can't be graded; the message says why and what to do."""


class UnreadError(SubmissionError):
    """This machine won't read a file: that says nothing about whoever wrote it."""


def read_exercise(file: Path, shown: str) -> bytes:
    """Read an exercise's file: a regular file of at most 1 MiB. Neither it nor its folder may be a link.

    Args:
        file: where it is.
        shown: how messages name it.

    Raises:
        SubmissionError: it is missing, no file, a link, too large, empty, or not UTF-8.
        UnreadError: it is there, and can't be read.
    """
    folder = str(PurePosixPath(shown).parent)
    try:
        # A link could lead to what is not the submission's own, such as the reference solutions.
        if file.parent.is_symlink():
            msg = f"{folder} is a link. Put the folder itself there; links are not followed."
            raise SubmissionError(msg)
        descriptor = os.open(file, _NO_LINK)
        try:
            data = _read(descriptor, shown)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise _unopened(shown, folder, error) from None
    if not data.strip():
        msg = f"{shown} is empty. Put the stub back and start from it."
        raise SubmissionError(msg)
    _check_encoding(data, shown)
    return data


def _read(descriptor: int, shown: str) -> bytes:
    status = os.fstat(descriptor)
    if stat.S_ISDIR(status.st_mode):
        msg = f"{shown} is a directory. Put the file of that name back."
        raise SubmissionError(msg)
    if not stat.S_ISREG(status.st_mode):
        msg = f"{shown} is not a regular file. Put a plain Python file in its place."
        raise SubmissionError(msg)
    data = b""
    while len(data) <= SIZE_LIMIT and status.st_size <= SIZE_LIMIT:
        read = os.read(descriptor, _CHUNK)
        if not read:
            return data
        data += read
    msg = f"{shown} is {status.st_size / 1e6:.1f} MB large; an exercise has at most 1 MB. Is it the right file?"
    raise SubmissionError(msg)


def _unopened(shown: str, folder: str, error: OSError) -> SubmissionError:
    match error.errno:
        case errno.ENOENT:
            remedy = "Put the file back: its name and place must stay as they were handed out."
            return SubmissionError(f"{shown} is missing. {remedy}")
        case errno.ELOOP:
            return SubmissionError(f"{shown} is a link. Put the file itself there; links are not followed.")
        case errno.ENOTDIR:
            return SubmissionError(f"{folder} is not a folder. Put the folder of that name back, with {shown} in it.")
    return UnreadError(f"{shown} can't be read: {error.strerror}. Check its permissions, and those of its folder.")


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
