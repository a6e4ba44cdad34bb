"""Suite of blocking/http_api: `send_all` with requests, one after another."""

from grader.lab import Seen, answer, call, cases, check, expect, play, refused, silent

UNEQUAL = call("send_all", cases(answer(3), answer(1), answer(2), answer(1.5)))
WITH_FAILURES = call("send_all", cases(answer(1), answer(2, status=404), refused(), answer(1, status=500), answer(3)))
WITH_SILENCE = call("send_all", cases(answer(1), silent(), answer(3)))
PATIENT = call("send_all", cases(answer(6), silent(), answer(1)), timeout=8)


def some_and_none(student, cases, none):
    """Call twice: with cases, and without any."""
    return [student.send_all(cases), student.send_all(none)]


TWO_CALLS = play(some_and_none, cases(4, seconds=1), cases(), words="send_all, two times: ")


@check("Each case sends its own headers and JSON, once", task=1, points=1, scenario=TWO_CALLS)
def test_each_case_sends_its_own_request(seen: Seen) -> None:
    """Every case reaches its own URL once, with nothing of another case in it; no case is sent for none."""
    expect.sent_as_asked(seen)
    expect.empty_for_none(seen)


@check("Results come in case order", task=1, points=1, scenario=UNEQUAL)
def test_results_in_case_order(seen: Seen) -> None:
    """Four cases have their results, status and parsed body, in case order."""
    expect.results(seen)


@check("One at a time, in order, in the caller's thread", task=1, points=2, scenario=UNEQUAL)
def test_one_after_another(seen: Seen) -> None:
    """Each request begins when the one before it is over: 3, 1, 2 and 1.5 s make 7.5 s."""
    expect.returned(seen)
    expect.one_by_one(seen)
    expect.all_done(seen)
    expect.makespan(seen, 7.5, "What does the call wait for, apart from the answers?")
    expect.nothing_left(seen)


@check("One session for all requests, closed at the end", task=2, points=2, scenario=WITH_FAILURES)
def test_one_session(seen: Seen) -> None:
    """All requests go through the same Session, also after a failed one; it is closed when the call ends."""
    expect.one_session(seen, "requests")


@check("HTTP errors and refused connections become results", task=3, points=1, scenario=WITH_FAILURES)
def test_failures_become_results(seen: Seen) -> None:
    """A 404, a 500 and a refused connection are results among the others; none is tried again or waited after."""
    expect.results(seen)
    expect.sent_once(seen)
    expect.makespan(seen, 7, "What does the call wait for after a failure?")


@check("A silent server costs 5 s and no more", task=3, points=2, scenario=WITH_SILENCE)
def test_silent_server_times_out(seen: Seen) -> None:
    """A server that never answers costs 5 s, becomes a result with an error, and harms no other case."""
    expect.returned(seen)
    expect.given_up(seen, 1, after=5)
    expect.results(seen)
    expect.sent_once(seen)
    expect.makespan(seen, 9, "What does the call wait for after a time-out?")


@check("Another timeout is kept just as well", task=3, points=1, scenario=PATIENT)
def test_timeout_is_the_callers(seen: Seen) -> None:
    """With 8 s for each request, an answer after 6 s is a result, and the silent server beside it costs 8 s."""
    expect.returned(seen)
    expect.given_up(seen, 1, after=8)
    expect.results(seen)
