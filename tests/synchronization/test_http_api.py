"""Suite of synchronization/http_api: `send_all` with requests, and `TokenSource`."""

from grader.lab import Seen, answer, call, cases, check, expect, explore, play, refused, silent, tokens

# More than a pool has threads that isn't told how many, on any machine.
FORTY_CASES = call("send_all", cases(*[answer(0.1, work=0)] * 40))
# The last to be sent isn't the last to be done.
LONG_WORK_FIRST = call("send_all", cases(answer(1, work=6), answer(1, work=1), answer(1, work=2)))
WITH_FAILURES = call(
    "send_all",
    cases(
        answer(1, work=1),
        refused(),
        answer(1, status=404, work=2),
        silent(),
        answer(1, status=500, work=1),
    ),
)


def some_and_none(student, cases, none):
    """Call twice: with cases, and without any."""
    return [student.send_all(cases), student.send_all(none)]


def two_cases(student, cases):
    """Send two cases."""
    return student.send_all(cases)


def five_threads(student, url, other):
    """Ask one source for a token in five threads, some of them while it is fetched, and a second source as well."""
    import time

    from grader.simulation import run_together

    source, second = student.TokenSource(url), student.TokenSource(other)
    began = time.monotonic()

    def ask(whom, after):
        time.sleep(after)
        token = whom.token()
        return [token, time.monotonic() - began]

    asked = run_together(*[lambda: ask(source, 0)] * 3, *[lambda: ask(source, 1)] * 2, lambda: ask(second, 0))
    return {"source": asked[:5], "second": asked[5], "again": ask(source, 0)}


def two_threads(student, url):
    """Ask for a token in two threads, and then once more."""
    from grader.simulation import run_together

    source = student.TokenSource(url)
    return [*run_together(source.token, source.token), source.token()]


def failing_refreshes(student, url):
    """Ask for a token in three threads, twice; then alone, three times."""
    import time

    from grader.simulation import run_together

    source = student.TokenSource(url)
    began = time.monotonic()

    def ask(after):
        time.sleep(after)
        try:
            got = {"token": source.token()}
        except NotImplementedError:
            # What is not written yet doesn't fail.
            raise
        except Exception as error:
            got = {"error": type(error).__name__}
        return {**got, "at": time.monotonic() - began}

    rounds = [run_together(lambda: ask(0), lambda: ask(0), lambda: ask(1)) for _ in range(2)]
    return [*rounds, [ask(0)], [ask(0)], [ask(0)]]


def one_old_token(student, url):
    """Two threads find out that a token isn't accepted any more; each discards it and asks for another one."""
    from grader.simulation import run_together

    source = student.TokenSource(url)
    old = source.token()

    def renew():
        source.invalidate(old)
        return source.token()

    return [*run_together(renew, renew), source.token()]


TWO_CALLS = play(some_and_none, cases(*[answer(1, work=0)] * 3), cases(), words="send_all, two times: ")
IN_ANY_ORDER = explore(
    two_cases,
    cases(*[answer(1, work=2)] * 2),
    words="send_all([2 cases answered after 1 s with 2 s of work])",
    preemptions=1,
)
FIVE_THREADS = play(
    five_threads,
    tokens(*[answer(2)] * 6),
    tokens(answer(2)),
    words="token() in five threads, and of another TokenSource ",
)
FAILING = play(
    failing_refreshes,
    tokens(answer(2, status=500), silent(), refused(), answer(1), answer(1)),
    words="token() in three threads, twice; then alone, three times ",
)
TWO_THREADS = explore(
    two_threads,
    tokens(*[answer(0.5)] * 4),
    words="token() in two threads, then once more",
    stall=1,
)
ONE_OLD_TOKEN = explore(
    one_old_token,
    tokens(*[answer(0.5)] * 5),
    words="invalidate(old) and then token(), in two threads; then token() once more",
    stall=1,
)


@check("Each case sends its own headers and JSON, once", task=1, points=1, scenario=TWO_CALLS)
def test_each_case_sends_its_own_request(seen: Seen) -> None:
    """Every case reaches its own URL once, with nothing of another case in it; no case is sent for none."""
    expect.sent_as_asked(seen)
    expect.empty_for_none(seen)


@check("Results come in case order, whichever thread comes first", task=1, points=1, scenario=IN_ANY_ORDER)
def test_results_in_case_order(seen: Seen) -> None:
    """Nobody promises that the first thread sends first: in every order of the threads, result 1 is that of case 1."""
    wanted = seen.payloads()

    expect.in_every_order(
        seen,
        [wanted],
        "The results are not always in case order.",
        "How does each result find its own place in the list, whichever thread comes first?",
        told=lambda value: (
            "first the result of case 2, then that of case 1"
            if value == wanted[::-1]
            else f"returned {value}"
            if value != wanted
            else "first the result of case 1, then that of case 2"
        ),
    )


@check("Failures become results, and the next case has its turn", task=1, points=1, scenario=WITH_FAILURES)
def test_failures_become_results(seen: Seen) -> None:
    """A 404, a 500, a refused connection and 5 s of silence are results, after each of which another case is sent."""
    expect.returned(seen)
    expect.at_work(seen)
    expect.all_sent(seen, "A case was given up while it waited for its turn.")
    expect.results(seen)
    expect.given_up(seen, 3, after=5)
    expect.sent_once(seen)
    expect.nothing_left(seen)


@check("One request at a time, from threads that all start first", task=2, points=1, scenario=FORTY_CASES)
def test_one_request_at_a_time(seen: Seen) -> None:
    """Forty threads are there at once; one sends, the others wait, and the next one sends at once."""
    expect.one_at_a_time(seen, seconds=4)
    expect.started_first(seen)
    expect.nothing_left(seen)


@check("Requests go on while results are worked on", task=2, points=1, scenario=LONG_WORK_FIRST)
def test_work_goes_on_meanwhile(seen: Seen) -> None:
    """The lock is not held during the work: of 3 s of requests and 9 s of work, most go on at the same time."""
    expect.returned(seen)
    expect.at_work(seen)
    sent, done = 0, 0
    for key in seen.witness.keys("begin"):
        item = seen.cast.items[key]
        sent += item.seconds
        done = max(done, sent + item.work)
    last = max(entry.time for entry in seen.witness.entries if entry.kind == "begin") / 1e9
    if last > sent - item.seconds:
        expect.fail(
            seen,
            "A request waited while no other was in flight.",
            observed=f"the last request was sent after {last:g} s; the call took {seen.seconds:g} s",
            expected=f"sent after {sent - item.seconds:g} s; {done:g} s",
            lines=seen.where_time_went(),
            timeline=seen.timeline(),
            question="Is the lock held for the request, or for the work on its result as well?",
        )
    expect.makespan(
        seen,
        done,
        "Which work waits for other work, although it could go on at the same time?"
        if seen.seconds > done
        else 'Does each case work as long as the body of its answer says under "work"?',
    )


@check("Five threads without a token cause one request", task=3, points=1, scenario=FIVE_THREADS)
def test_one_refresh_for_all(seen: Seen) -> None:
    """Who comes while the token is fetched shares in it, and another source is fetched from at the same time."""
    expect.returned(seen)
    expect.at_work(seen)
    *own, others = seen.cast.keys
    first, second = (seen.cast.payloads[key]["token"] for key in (own[0], others))
    sent = [key for key in (*seen.witness.keys("begin"), *seen.witness.keys("repeat")) if key in own]
    if len(sent) > 1:
        expect.fail(
            seen,
            "The token was fetched more than once.",
            observed=f"{len(sent)} requests for six calls of token()",
            expected="1 request, whose token all six return",
            lines=seen.where_time_went(),
            timeline=seen.timeline(),
            question="What does a thread do that finds no token, while another thread is already fetching it?",
        )
    for part, wanted, verdict, question in (
        (
            "second",
            [second, 2.0],
            "A second TokenSource was held up by the first one, or has no token of its own.",
            "What do two sources share: a lock, a variable of the class or of the module?",
        ),
        (
            "source",
            [[first, 2.0]] * 5,
            "Not all five threads got the new token at the moment when it was there.",
            "What do those wait for that come while the token is being fetched?",
        ),
        ("again", [first, 2.0], "The token was not kept for the next call.", "Where is the current token stored?"),
    ):
        expect.value(seen, wanted, verdict, question, part=part)
    expect.nothing_left(seen)


@check("Two threads that need a token: one request in every order", task=3, points=1, scenario=TWO_THREADS)
def test_one_refresh_in_every_order(seen: Seen) -> None:
    """Wherever one of two threads is stopped for a while, both get the first token, and so does who comes later."""
    first, *_ = [payload["token"] for payload in seen.payloads()]
    expect.in_every_order(
        seen,
        [[first] * 3],
        "Two threads did not get the same token from one request.",
        "What may another thread do between the look at what is there and the change that is made because of it?",
        told=lambda value: whose_tokens(value, seen),
    )


@check("A failed refresh is raised to all that waited; the next call tries again", task=4, points=2, scenario=FAILING)
def test_failed_refresh(seen: Seen) -> None:
    """A 500, 5 s of silence and a refused connection each end one request in errors, and nothing of them is kept."""
    got = expect.returned(seen)
    expect.at_work(seen)
    if not is_told(got):
        expect.fail(seen, "It did not say what the calls of token() returned.", question="What replaces the call?")
    *failed, fourth, fifth = got
    refused_token, *_, token, _ = [payload["token"] for payload in seen.payloads()]
    sent = [entry.time / 1e9 for entry in seen.witness.entries if entry.kind in {"begin", "repeat"}]
    began = 0
    for calls, end in zip(failed, (2, 7, 7), strict=True):
        requests = (
            sum(began <= time < max(one["at"] for one in calls) for time in sent) if end > began else len(sent) - 3
        )
        verdict, question = what_is_wrong(calls, refused_token, requests, end)
        if verdict:
            each = "all three calls" if len(calls) > 1 else "the call"
            expect.fail(
                seen,
                verdict,
                observed=f"{requests} request{'' if requests == 1 else 's'}; {what_came(calls, began)}",
                expected=f"1 request, and an error in {each} after {end - began} s",
                lines=seen.where_time_went(),
                timeline=seen.timeline(),
                question=question,
            )
        began = end
    if [one.get("token") for one in (*fourth, *fifth)] != [token] * 2:
        expect.fail(
            seen,
            "After failed refreshes, the next call did not fetch a token.",
            observed=what_came([*fourth, *fifth], began),
            expected=f"{token!a} from both calls, the first of which sent the request",
            timeline=seen.timeline(),
            question="What is kept of a refresh that has failed?",
        )
    expect.nothing_left(seen)


def is_told(got):
    """Tell whether this is what the play returns: each call's error or token, and when it came."""
    return (
        isinstance(got, list)
        and [len(calls) if isinstance(calls, list) else 0 for calls in got] == [3, 3, 1, 1, 1]
        and all(isinstance(one, dict) and isinstance(one.get("at"), float) for calls in got for one in calls)
    )


def what_is_wrong(calls, refused_token, requests, end):
    """Return what is wrong with calls that share in one failed refresh, and a question; both empty if nothing is."""
    if any(one.get("token") == refused_token for one in calls):
        return (
            "A token was taken from an answer with an error status.",
            "What does requests do about a status of 500, unless you ask it to raise an error?",
        )
    if requests > 1:
        return (
            "A refresh failed, and more requests followed before all that waited for it had an error.",
            "How does a thread that waited learn that the refresh has failed, without trying it itself?",
        )
    if requests == 0:
        return "After a failed refresh, the next call sent no request.", "What is kept of a refresh that has failed?"
    if any("error" not in one for one in calls):
        return (
            "A failed refresh did not raise an error in all that waited for it.",
            "What does token() return, or raise, when there is no token after the wait?",
        )
    if any(abs(one["at"] - end) > 1e-6 for one in calls):
        return (
            "The error of a failed refresh did not come when it should.",
            "Which timeout does the request have, and who wakes those that wait?",
        )
    return "", ""


def what_came(calls, began):
    """Say what each call raised or returned, and when."""
    came = [f"raised {one['error']}" if "error" in one else f"returned {one.get('token')!a}" for one in calls]
    return ", ".join(f"{what[:80]} after {one['at'] - began:g} s" for what, one in zip(came, calls, strict=True))


@check("An old token's invalidate() discards no newer one, in every order", task=4, points=1, scenario=ONE_OLD_TOKEN)
def test_old_token_discards_nothing(seen: Seen) -> None:
    """Wherever one of two threads is stopped for a while, both get the same new token, which then stays."""
    old, new, *_ = [payload["token"] for payload in seen.payloads()]
    explored = seen.observation.explored
    values = [outcome.value for outcome in explored.outcomes] if explored is not None else []
    is_kept = any(isinstance(value, list) and old in value for value in values)
    expect.in_every_order(
        seen,
        [[new] * 3],
        "invalidate() did not discard the current token."
        if is_kept
        else "The two threads did not get the same new token, or it did not stay.",
        "When is the token that invalidate() is given compared with the current one, and what is discarded?"
        if is_kept
        else "Is it still the old token that is discarded, however late a thread discards it?",
        told=lambda value: whose_tokens(value, seen),
    )


def whose_tokens(value, seen):
    """Say which token each thread got, and which one came after them; tokens are counted as the server gave them."""
    tokens = [payload["token"] for payload in seen.payloads()]
    got = value if isinstance(value, list) else [value]
    names = [f"token {tokens.index(item) + 1}" if item in tokens else f"{item!a}" for item in got]
    return f"the threads got {' and '.join(names[:2])}, then came {', '.join(names[2:])}"
