"""Suite of asynchronous/http_api: `send_all` with aiohttp."""

from grader.lab import Seen, answer, call_async, cases, check, expect, play, refused, silent

OUT_OF_ORDER = call_async("send_all", cases(answer(3), answer(1), answer(2), answer(1.5)))
TWELVE_CASES = call_async("send_all", cases(12, seconds=2))
LIMITED = call_async("send_all", cases(answer(4), *[answer(2)] * 10), limit=3)
WITH_FAILURES = call_async(
    "send_all",
    cases(answer(1), answer(2, status=404), refused(), answer(1, status=500), refused(), answer(2)),
    limit=2,
)
WITH_SILENCE = call_async("send_all", cases(answer(1), silent(), answer(3)))


async def some_and_none(student, cases, none):
    """Call twice: with cases, and without any."""
    return [await student.send_all(cases), await student.send_all(none)]


async def cancelled_after_a_second(student, all_at_once, two_at_a_time):
    """Cancel two calls while their requests are in flight, and say what came out of them."""
    import asyncio

    outcomes = []
    for sent, limit in ((all_at_once, None), (two_at_a_time, 2)):
        call = asyncio.ensure_future(student.send_all(sent, limit))
        await asyncio.sleep(1)
        call.cancel()
        try:
            await call
        except asyncio.CancelledError:
            outcomes.append("CancelledError")
        else:
            outcomes.append("a result")
    return outcomes


TWO_CALLS = play(some_and_none, cases(4, seconds=1), cases(), words="send_all, two times: ")
CANCELLED = play(
    cancelled_after_a_second,
    cases(5, seconds=3),
    cases(4, seconds=3),
    words="send_all, two times, each cancelled after 1 s: ",
)


@check("Each case sends its own headers and JSON, once", task=1, points=1, scenario=TWO_CALLS)
def test_each_case_sends_its_own_request(seen: Seen) -> None:
    """Every case reaches its own URL once, with nothing of another case in it; no case is sent for none."""
    expect.sent_as_asked(seen)
    expect.empty_for_none(seen)


@check("Results come in case order although the answers don't", task=1, points=1, scenario=OUT_OF_ORDER)
def test_results_in_case_order(seen: Seen) -> None:
    """Four cases that are answered out of order have their results in case order."""
    expect.results(seen)


@check("One session for all requests, closed at the end", task=1, points=1, scenario=OUT_OF_ORDER)
def test_one_session(seen: Seen) -> None:
    """All requests go through the same ClientSession, which is closed when the call returns."""
    expect.returned(seen)
    expect.one_session(seen)


@check("Twelve cases of 2 s take 2 s, and the loop is never blocked", task=2, points=2, scenario=TWELVE_CASES)
def test_requests_overlap(seen: Seen) -> None:
    """Without a limit all requests are in flight at once."""
    expect.loop_never_blocked(seen)
    expect.overlap(seen, at_once=12, seconds=2)


@check("As many requests are in flight as the limit allows, never more", task=2, points=2, scenario=LIMITED)
def test_limit(seen: Seen) -> None:
    """Three at a time, one of 4 s and ten of 2 s take 8 s; waiting for a turn doesn't use up a request's 5 s."""
    expect.at_most(seen, 3)
    expect.loop_never_blocked(seen)
    expect.all_sent(seen, "A case timed out while it waited for its turn.")
    expect.overlap(seen, at_once=3, seconds=8)


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


@check("Cancelling the call leaves nothing open", task=4, points=1, scenario=CANCELLED)
def test_cancelling_leaves_nothing_open(seen: Seen) -> None:
    """Cancelled after 1 s, every request is given up, the session is closed, and CancelledError comes out.

    So it is with a limit as well: a request that waited for its turn isn't sent any more.
    """
    expect.at_work(seen)
    expect.value(seen, ["CancelledError"] * 2, "The cancellation was swallowed.", "Who catches the CancelledError?")
    expect.makespan(seen, 2, "What goes on after the call was cancelled?")
    expect.nothing_left(seen)
