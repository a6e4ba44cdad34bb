"""Suite of parallelism/http_api: `send_all` with requests, from processes."""

from grader.lab import Seen, answer, call, cases, check, expect, play, refused, silent, with_processes


def some_and_none(student, cases, none):
    """Call twice: with cases, and without any."""
    return [student.send_all(cases), student.send_all(none)]


TWO_CALLS = with_processes(
    play(some_and_none, cases(3, seconds=1), cases(), words="send_all, two times: "), at_once=3, method="fork"
)
OUT_OF_ORDER = with_processes(
    call("send_all", cases(answer(3), answer(1), answer(2), answer(1.5))), at_once=4, method="fork"
)
# Without `processes`, so with the 4 that is its default.
ONE_LONG_NINE_SHORT = with_processes(call("send_all", cases(answer(3), *[answer(1)] * 9)), at_once=4, method="fork")
SEVEN_CASES = with_processes(call("send_all", cases(7, seconds=1), processes=3), at_once=3, method="fork")
# The first to come are refused: whoever loses a process to each of them has none left for the others.
WITH_FAILURES = with_processes(
    call(
        "send_all",
        cases(refused(), refused(), answer(2), answer(1, status=404), answer(1.5, status=500)),
        processes=2,
    ),
    at_once=2,
    method="fork",
)
WITH_SILENCE = with_processes(call("send_all", cases(answer(1), silent(), answer(3))), at_once=3, method="fork")
# Two are killed: one whose ends of pipes those after it may have inherited, and the last that has begun. Nothing else
# happens at these instants: which of two real processes is heard first at the same one is luck.
WITH_DEATH = with_processes(
    call(
        "send_all",
        cases(answer(3), answer(1, dies=True), answer(3.25), answer(1.5), answer(1, dies=True)),
        processes=4,
    ),
    at_once=4,
    method="fork",
)
SPAWNED = with_processes(call("send_all", cases(answer(2), answer(1)), processes=2), at_once=2, method="spawn")


@check("Each case sends its own headers and JSON, once", task=1, points=1, scenario=TWO_CALLS)
def test_each_case_sends_its_own_request(seen: Seen) -> None:
    """Every case reaches its own URL once, with nothing of another case in it; no case is sent for none."""
    expect.sent_as_asked(seen)
    expect.empty_for_none(seen)


@check("Results come in case order although the answers don't", task=1, points=1, scenario=OUT_OF_ORDER)
def test_results_in_case_order(seen: Seen) -> None:
    """Four cases that are answered out of order have their results in case order."""
    expect.results(seen)


@check("As many requests are in flight as allowed", task=2, points=2, scenario=ONE_LONG_NINE_SHORT)
def test_requests_overlap(seen: Seen) -> None:
    """While the long request waits, the short ones go on beside it: 3 s, and not 5 s as in batches of four."""
    expect.overlap(seen, at_once=4, seconds=3)


@check("Never more requests than processes, none from the caller's", task=2, points=1, scenario=SEVEN_CASES)
def test_requests_come_from_processes(seen: Seen) -> None:
    """Of seven cases, never more than three are in flight, from three processes and never from the caller's."""
    expect.own_processes(seen)
    expect.at_most(seen, 3)


@check("Leaves no process behind", task=2, points=1, scenario=SEVEN_CASES)
def test_leaves_no_process(seen: Seen) -> None:
    """Every process has been waited for when the call returns."""
    expect.returned(seen)
    expect.at_work(seen)
    expect.nothing_left(seen)


@check("HTTP errors and refused connections become results", task=3, points=1, scenario=WITH_FAILURES)
def test_failures_become_results(seen: Seen) -> None:
    """Refused connections, a 404 and a 500 are results among the others, and none is tried again."""
    expect.results(seen)
    expect.sent_once(seen)


@check("A silent server ends in a time-out after 5 s", task=3, points=1, scenario=WITH_SILENCE)
def test_silent_server_times_out(seen: Seen) -> None:
    """A server that never answers costs 5 s, becomes a result with an error, and harms no other case."""
    expect.results(seen)
    expect.given_up(seen, 1, after=5)
    expect.sent_once(seen)


@check("A process that is killed doesn't make it wait for ever", task=4, points=1, scenario=WITH_DEATH)
def test_killed_process(seen: Seen) -> None:
    """Two processes are killed: the call raises an error, or has results with an error for what was lost."""
    expect.outside_caller(seen)
    expect.raised_or_results(seen, lost=1)
    if seen.observation.error is not None:
        # To leave nothing behind isn't forgotten in general, but when it raises.
        expect.nothing_left(seen, "process")


@check("Works with the start method spawn as well", task=4, points=1, scenario=SPAWNED)
def test_works_under_spawn(seen: Seen) -> None:
    """Processes that begin as a fresh Python send their cases as well."""
    expect.results(seen)
