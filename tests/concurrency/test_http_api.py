"""Suite of concurrency/http_api: `send_all` with requests, in threads."""

from grader.lab import Seen, answer, call, cases, check, expect, play, refused, silent

OUT_OF_ORDER = call("send_all", cases(answer(3), answer(1), answer(2), answer(1.5)))
ONE_LONG_FOUR_SHORT = call("send_all", cases(answer(4), *[answer(1)] * 4), max_workers=2)
SIXTEEN_CASES = call("send_all", cases(16, seconds=1))
TWELVE_CASES = call("send_all", cases(12, seconds=1), max_workers=3)
WITH_FAILURES = call(
    "send_all",
    cases(answer(1), answer(2, status=404), refused(), answer(1, status=500), refused(), answer(2)),
    max_workers=2,
)
WITH_SILENCE = call("send_all", cases(answer(1), silent(), answer(3)))


def some_and_none(student, cases, none):
    """Call twice: with cases, and without any."""
    return [student.send_all(cases), student.send_all(none)]


TWO_CALLS = play(some_and_none, cases(4, seconds=1), cases(), words="send_all, two times: ")


@check("Each case sends its own headers and JSON, once", task=1, points=1, scenario=TWO_CALLS)
def test_each_case_sends_its_own_request(seen: Seen) -> None:
    """Every case reaches its own URL once, with nothing of another case in it; no case is sent for none."""
    expect.sent_as_asked(seen)
    expect.empty_for_none(seen)


@check("Results come in case order although the answers don't", task=1, points=2, scenario=OUT_OF_ORDER)
def test_results_in_case_order(seen: Seen) -> None:
    """Four cases that are answered out of order have their results in case order."""
    expect.results(seen)


@check("As many requests are in flight as allowed", task=2, points=1, scenario=ONE_LONG_FOUR_SHORT)
def test_requests_overlap(seen: Seen) -> None:
    """While the long request waits, the short ones go on beside it: 4 s, and not 6 s as in batches of two."""
    expect.overlap(seen, at_once=2, seconds=4)
    expect.all_sent(seen, "Not every case was sent.", "Who sends the cases that are more than max_workers?")


@check("Eight requests are in flight where max_workers isn't given", task=2, points=1, scenario=SIXTEEN_CASES)
def test_eight_by_default(seen: Seen) -> None:
    """Sixteen cases of 1 s take 2 s, eight at a time: the default of `max_workers` is 8."""
    expect.overlap(seen, at_once=8, seconds=2)


@check("Never more requests are in flight than max_workers", task=2, points=2, scenario=TWELVE_CASES)
def test_never_more_than_max_workers(seen: Seen) -> None:
    """Of twelve cases, never more than three are in flight."""
    expect.returned(seen)
    expect.at_most(seen, 3)


@check("HTTP errors and refused connections become results", task=3, points=1, scenario=WITH_FAILURES)
def test_failures_become_results(seen: Seen) -> None:
    """A 404, a 500 and refused connections are results among the others; none is tried again or keeps its turn."""
    expect.results(seen)
    expect.sent_once(seen)


@check("A silent server ends in a time-out after 5 s", task=3, points=1, scenario=WITH_SILENCE)
def test_silent_server_times_out(seen: Seen) -> None:
    """A server that never answers costs 5 s, becomes a result with an error, and harms no other case."""
    expect.results(seen)
    expect.given_up(seen, 1, after=5)
    expect.sent_once(seen)


@check("Leaves no thread behind", task=2, points=1, scenario=TWELVE_CASES)
def test_nothing_left_behind(seen: Seen) -> None:
    """Every thread has ended when the call returns."""
    expect.returned(seen)
    expect.at_work(seen)
    expect.nothing_left(seen)
