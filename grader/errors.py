"""What everything that can be asked of the grader may raise."""

from __future__ import annotations


class BadInputError(Exception):
    """Something that the user gave can't be used; the message says what, and the remedy."""
