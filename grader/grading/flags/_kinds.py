"""Which flags there are, and what they mean."""

from __future__ import annotations

from typing import Literal, NamedTuple


class Kind(NamedTuple):
    """A kind of flag.

    Attributes:
        seen_in: ``source``: the bytes of the file; ``run``: what was seen when it ran; ``origin``: what came with it.
        meaning: what is the case.
        honest: when an honest program has it, too; empty if no reason is known.
    """

    seen_in: Literal["source", "run", "origin"]
    meaning: str
    honest: str = ""


_BY_HAND = "os.fork() in an exercise on processes, with pipes by hand: a choice, if an unusual one"

KINDS: dict[str, Kind] = {
    "encoding": Kind("source", "says that it is written in an encoding that isn't UTF-8: a comment can hold code then"),
    "unseen": Kind(
        "source",
        "has characters that nobody sees, that turn the direction of text, or that make a name look like another",
        "text in a language that is written from right to left",
    ),
    "unreadable": Kind("source", "is no Python that can be read without running it", "a syntax error"),
    "long": Kind("source", "has a line of more than 1,000 characters, or a text that may hold encoded code"),
    "code": Kind("source", "makes code of text: exec, eval, compile, importlib, marshal and the like"),
    "inside": Kind("source", "uses pytest, the mocks, or more of the grader than ApiCase, ApiResult and its jobs"),
    "frames": Kind("source", "looks into frames, closures or the globals of others' functions"),
    "objects": Kind("source", "looks through all objects of the process, or replaces its modules"),
    "tracing": Kind("source", "has others' code followed: settrace, setprofile, monitoring"),
    "patching": Kind("source", "sets attributes of modules or classes that it has imported"),
    "foreign": Kind("source", "calls code that isn't Python: ctypes, cffi, mmap"),
    "leaving": Kind("source", "ends processes, or has signals handled: os._exit, os.kill, signal, atexit", _BY_HAND),
    "starting": Kind("source", "starts other programs or processes past multiprocessing", _BY_HAND),
    "system": Kind("source", "names files of the system, such as /proc or /dev"),
    "files": Kind(
        "source", "opens or changes files or descriptors, or reads the environment: no exercise needs that", _BY_HAND
    ),
    "tampered": Kind("run", "changed the grader's functions or classes where it ran"),
    "unanswered": Kind("run", "ended, was killed or spoke past the grader without an answer", "a crash"),
    "stray": Kind("run", "left processes behind that had left their session"),
    "keys": Kind("run", "asked the witness for work that was never handed out"),
    "flooded": Kind("run", "printed 64 KiB or more", "a print() that was forgotten in a loop"),
    "edited": Kind(
        "origin",
        "came with suites, a grader, a noxfile or workflows that differ from the trusted ones (which were not used)",
        "another version of the course",
    ),
    "beside": Kind(
        "origin",
        "came with files that would configure Python or pytest, or stand for modules (which were not used)",
        "files of an editor's or of another tool's",
    ),
}
