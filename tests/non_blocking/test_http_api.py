"""Suite of non_blocking/http_api: `send_all` over non-blocking sockets, with h11."""

from grader.lab import Seen, answer, broken, call, check, dripping, expect, play, refused, silent, socket_cases

OUT_OF_ORDER = call("send_all", socket_cases(answer(3), answer(1), answer(2), answer(1.5, status=404)))
TWELVE_CASES = call("send_all", socket_cases(*[answer(2, connect=0.5)] * 6, *[answer(3)] * 6))
LARGE = call("send_all", socket_cases(answer(3, takes=1000), answer(2, takes=600), answer(3), answer(1)))
IN_PIECES = call("send_all", socket_cases(answer(3, pieces=4), answer(4, pieces=8), answer(1), answer(2, pieces=2)))
WITHOUT_LENGTH = call(
    "send_all",
    socket_cases(
        answer(2, pieces=4, framing="chunked"),
        answer(3, pieces=3, framing="close"),
        answer(1, framing="chunked", status=500),
        answer(1, framing="close"),
    ),
)
WITH_FAILURES = call("send_all", socket_cases(answer(3), refused(), broken(1), answer(2), broken(2, framing="chunked")))
WITH_SILENCE = call("send_all", socket_cases(answer(1), silent(), answer(4.5, pieces=9), dripping(8, pieces=9)))


def some_and_none(student, cases, none):
    """Call twice: with cases, and without any."""
    return [student.send_all(cases), student.send_all(none)]


TWO_CALLS = play(some_and_none, socket_cases(4, seconds=1), socket_cases(), words="send_all, two times: ")


@check("Each case sends its own headers and JSON, once", task=1, points=1, scenario=TWO_CALLS)
def test_each_case_sends_its_own_request(seen: Seen) -> None:
    """Every case reaches its own URL once, with nothing of another case in it; no case is sent for none."""
    expect.sent_as_asked(seen)
    expect.empty_for_none(seen)


@check("Results come in case order although the answers don't", task=1, points=1, scenario=OUT_OF_ORDER)
def test_results_in_case_order(seen: Seen) -> None:
    """Four cases that are answered out of order have their results in case order."""
    expect.results(seen)


@check("Twelve cases take 3 s on one thread that never blocks", task=2, points=2, scenario=TWELVE_CASES)
def test_requests_overlap(seen: Seen) -> None:
    """All are in flight at once, although half of the connections take their time to stand."""
    expect.never_blocked(seen)
    expect.results(seen)
    expect.overlap(seen, at_once=12, seconds=3)


@check("A request that a server takes in small parts is sent whole", task=2, points=1, scenario=LARGE)
def test_large_requests(seen: Seen) -> None:
    """Two servers take large requests bit by bit; both get all of it, and nobody else has to wait."""
    expect.returned(seen)
    _require_whole_requests(seen)
    expect.never_blocked(seen)
    expect.results(seen)
    expect.makespan(seen, 3)


def _require_whole_requests(seen: Seen) -> None:
    begun = seen.witness.keys("begin")
    cut = [seen.position(key) for key in seen.cast.keys if key not in begun]
    if cut:
        expect.fail(
            seen,
            f"The request of case {cut[0]} was not sent whole.",
            observed=f"its server never had the end of it; {len(begun)} of {len(seen.cast.keys)} requests arrived",
            expected="every byte, however few the server takes at a time",
            question="How many of the bytes did send() take? It returns the number.",
        )


@check("Answers in pieces are put together", task=3, points=1, scenario=IN_PIECES)
def test_answers_in_pieces(seen: Seen) -> None:
    """Answers that come in two to eight pieces, cut anywhere, are results like any other."""
    expect.results(seen)
    expect.never_blocked(seen)
    expect.makespan(seen, 4)


@check("Answers without a Content-Length are understood", task=3, points=1, scenario=WITHOUT_LENGTH)
def test_answers_without_length(seen: Seen) -> None:
    """A chunked answer ends with its last chunk, and one without any length with the connection."""
    expect.results(seen)
    expect.makespan(seen, 3)


@check("Refused connections and half answers become results", task=4, points=1, scenario=WITH_FAILURES)
def test_failures_become_results(seen: Seen) -> None:
    """Two broken answers and a refused connection are results among the others, and none is tried again."""
    expect.results(seen)
    expect.sent_once(seen)
    expect.makespan(seen, 3)


@check("A server that isn't done after 5 s is given up", task=4, points=1, scenario=WITH_SILENCE)
def test_silent_server_times_out(seen: Seen) -> None:
    """Silence, and an answer that drips in without end, cost 5 s each and harm no other case."""
    expect.results(seen)
    expect.given_up(seen, 1, after=5, slack=0.1)
    expect.given_up(seen, 3, after=5, slack=0.1)
    expect.sent_once(seen)


@check("Every socket is closed", task=4, points=1, scenario=WITH_FAILURES)
def test_nothing_left_behind(seen: Seen) -> None:
    """No socket is open when the call returns, whatever became of its request."""
    expect.returned(seen)
    expect.at_work(seen)
    expect.nothing_left(seen)
