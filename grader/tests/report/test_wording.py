"""A failure as plain lines, as other formats and pytest's own output show it."""

from __future__ import annotations

import msgspec

from grader.lab.failure import FailureData, LineNote
from grader.lab.wording import failure_lines
from grader.tests.report.made import sequential


def test_a_failure_as_plain_lines() -> None:
    """The parts come in the order in which they are told, in ASCII, without what the program printed."""
    failure = msgspec.structs.replace(sequential(jobs=2), output="hello\n")
    assert failure_lines(failure) == [
        "The jobs ran one after another.",
        "  called    run_concurrently([2 jobs of 2 s])",
        "  observed  took 4 s; at most 1 job was in progress at once",
        "  expected  2 s, as the reference takes; 2 at once",
        "  line 27   `thread.join()` waited 2 s, 2 times",
        "  job 1     ##############################..............................",
        "  job 2     ..............................##############################",
        "            0                                                        4 s",
        "  Do you wait for each job before you start the next?",
    ]


def test_each_part_is_one_line() -> None:
    """Text of a submission can't begin a line of its own."""
    failure = FailureData(verdict="It raised ValueError: a\n::error::b\x1b[2J", lines=[LineNote(0, "x\r\ny", "\u2028")])
    assert failure_lines(failure) == [
        "It raised ValueError: a\\n::error::b\\x1b[2J",
        "  line      `x\\r\\ny` \\u2028",
    ]
