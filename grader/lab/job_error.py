"""The error of a job that is meant to fail, by itself: a child process imports little to raise it."""

from __future__ import annotations


class JobError(Exception):
    """What a job raises that is meant to fail."""
