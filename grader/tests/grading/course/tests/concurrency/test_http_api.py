"""A small suite with requests."""

from grader.lab import Seen, answer, call, cases, check, expect

TWO_CASES = call("send_all", cases(answer(2), answer(1)))


@check("Results come in case order", task=1, points=5, scenario=TWO_CASES)
def test_results(seen: Seen) -> None:
    """Each case's answer is in its place."""
    expect.results(seen)


@check("Both requests are in flight at once", task=1, points=5, scenario=TWO_CASES)
def test_overlap(seen: Seen) -> None:
    """The two requests overlap, and each sends its own."""
    expect.sent_as_asked(seen)
    expect.overlap(seen, at_once=2, seconds=2)
