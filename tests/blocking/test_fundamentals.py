"""Suite of blocking/fundamentals: `run_in_order` and `read_line`."""

from grader.lab import Seen, check, expect, job, jobs, play
from grader.lab.seen import TOLERANCE
from grader.lab.words import duration


def silently(student, jobs):
    """Run jobs, and do nothing in on_done."""

    def on_done(position, result):
        pass

    return student.run_in_order(jobs, on_done)


def jobs_of_all_kinds(student, jobs):
    """Run jobs, then some whose results are nothing much, then none at all."""

    def on_done(position, result):
        pass

    def nothing():
        return None

    return [
        student.run_in_order(jobs, on_done),
        student.run_in_order([nothing, bool, nothing], on_done),
        student.run_in_order([], on_done),
    ]


def with_on_done(student, jobs, tellings):
    """Run jobs; on_done runs one of `tellings`, so that the judge itself sees when it is called."""
    told = []
    rest = list(tellings)

    def on_done(position, result):
        told.append([position, result])
        if rest:
            rest.pop(0)()

    student.run_in_order(jobs, on_done)
    return told


def with_a_failure(student, jobs, tellings):
    """Run jobs, one of which fails; on_done runs one of `tellings`."""
    rest = list(tellings)

    def on_done(position, result):  # noqa: ARG001 - the arguments that are asked for
        if rest:
            rest.pop(0)()

    return student.run_in_order(jobs, on_done)


def line_in_pieces(student, jobs):
    """Read a line that arrives in as many pieces as there are jobs; each sends what its job returns."""
    import contextlib
    import socket
    import threading

    here, there = socket.socketpair()

    def send():
        with contextlib.suppress(OSError):
            for job in jobs[:-1]:
                there.sendall(job().encode())
            there.sendall(jobs[-1]().encode() + b"\n")

    sender = threading.Thread(target=send)
    with here, there:
        sender.start()
        try:
            return student.read_line(here, 10)
        finally:
            sender.join()


def four_reads(student, jobs):
    """Read three lines that arrive at once, an empty one in the middle; then receive what came behind them."""
    import contextlib
    import socket
    import threading

    here, there = socket.socketpair()

    def send():
        first, second, rest = [job().encode() for job in jobs]
        with contextlib.suppress(OSError):
            there.sendall(first + b"\n\n" + second + b"\n" + rest)
        # So that whoever has lost something doesn't wait for more.
        there.shutdown(socket.SHUT_WR)

    sender = threading.Thread(target=send)
    with here, there:
        sender.start()
        try:
            lines = [student.read_line(here, 10) for _ in range(3)]
            here.settimeout(0)
            try:
                return [*lines, here.recv(1000)]
            except BlockingIOError:
                return [*lines, b""]
        finally:
            sender.join()


def until_the_end(student, jobs):
    """Read from a sender that sends part of a line and, a second later, ends the stream; then once more."""
    import contextlib
    import socket
    import threading
    import time

    here, there = socket.socketpair()

    def send():
        with contextlib.suppress(OSError):
            there.sendall(jobs[0]().encode())
        time.sleep(1)
        there.close()

    sender = threading.Thread(target=send)
    with here, there:
        sender.start()
        try:
            return [student.read_line(here, 10), student.read_line(here, 10)]
        finally:
            sender.join()


def from_a_silent_sender(student):
    """Read from a sender that sends nothing until that is over; say if what it sends then is gone."""
    import socket
    import time

    here, there = socket.socketpair()
    with here, there:
        try:
            return student.read_line(here, 1.75)
        except TimeoutError:
            try:
                there.sendall(b"late")
                # Whoever else waits for it goes first.
                time.sleep(0)
                here.settimeout(0)
                late = here.recv(1000)
            except OSError:
                late = b""
            if late != b"late":
                return "gone"
            raise


def from_a_slow_sender(student):
    """Read from a sender that sends a byte each second; then from another, of which a byte comes as the time is up.

    Return how long the first reading took. The second one may end a moment late: it has just read something when
    nothing is left of its time, and who then waits a little more is right as well.
    """
    import contextlib
    import socket
    import threading
    import time

    def read(timeout):
        here, there = socket.socketpair()
        enough = threading.Event()

        def send():
            with contextlib.suppress(OSError):
                for byte in [b"x"] * 10 + [b"\n"]:
                    if enough.wait(1):
                        break
                    there.sendall(byte)

        sender = threading.Thread(target=send)
        with here, there:
            sender.start()
            try:
                return student.read_line(here, timeout)
            finally:
                enough.set()
                sender.join()

    began = time.monotonic()
    try:
        return [read(3.25)]
    except TimeoutError:
        took = time.monotonic() - began
    try:
        return [read(3)]
    except TimeoutError:
        return took


FIVE_JOBS = play(silently, jobs(5, seconds=2), words="run_in_order, with an on_done that does nothing, ")
ALL_KINDS = play(
    jobs_of_all_kinds,
    jobs(job(3), job(1), job(2)),
    words="run_in_order, then with jobs that return None and False, then with none, ",
)
WITH_ON_DONE = play(
    with_on_done,
    jobs(5, seconds=2),
    jobs(5, seconds=0.5),
    words="run_in_order, where on_done runs one job of the second list each time, ",
)
THIRD_FAILS = play(
    with_a_failure,
    jobs(job(1), job(2), job(1, fails=True), job(1), job(1)),
    jobs(5, seconds=0),
    words="run_in_order, where on_done runs one job of the second list each time, ",
)
IN_PIECES = play(line_in_pieces, jobs(3, seconds=0.75), words="read_line(sock, 10), while a piece is sent by each of ")
MORE_BEHIND = play(
    four_reads, jobs(3, seconds=1), words="read_line(sock, 10) three times, then recv(), of what is sent by "
)
STREAM_ENDS = play(until_the_end, jobs(1, seconds=1), words="read_line(sock, 10) twice, while half a line is sent by ")
SILENT = play(from_a_silent_sender, words="read_line(sock, 1.75), where nothing is sent")
SLOW = play(
    from_a_slow_sender, words="read_line(sock, 3.25), where a byte is sent each second; then the same with 3 s, "
)


def on_done_between_jobs(seen: Seen, number: int) -> None:
    """Expect, of a play with `number` jobs and as many that on_done runs, that on_done ran after each job."""
    expect.at_work(seen)
    begun = seen.witness.keys("begin")
    names = ["on_done" if seen.position(key) > number else f"job {seen.position(key)}" for key in begun]
    wanted = [name for position in range(1, number + 1) for name in (f"job {position}", "on_done")]
    if "on_done" not in names:
        expect.fail(seen, "on_done was never called.", expected="a call after each job", question="Who calls on_done?")
    if seen.peak > 1:
        expect.fail(
            seen,
            "The next one began before a job or on_done was over.",
            observed=f"{seen.peak} of them were in progress at once",
            expected="job 1, then on_done, then job 2, and so on, one at a time",
            timeline=seen.timeline(),
            question="What waits for the end of a job, and of on_done?",
        )
    if names != wanted:
        expect.fail(
            seen,
            "on_done was not called after each job and before the next.",
            observed=f"the order was {', '.join(names)}",
            expected=", ".join(wanted),
            timeline=seen.timeline(),
            question="Is on_done called in the loop that runs the jobs, and right after each?",
        )
    elsewhere = [key for key, name in zip(begun, names, strict=True) if name == "on_done" and not in_caller(seen, key)]
    if elsewhere:
        expect.fail(
            seen,
            "on_done was called in another thread.",
            observed=f"{len(elsewhere)} of {number} calls were made in other threads than the caller's",
            expected="all in the one thread of the caller",
            question="What is a plain call of on_done not good enough for?",
        )


def told_as_asked(seen: Seen, results: list[object]) -> None:
    """Expect, of a play that returns the arguments of on_done, that each call had position and result."""
    calls = expect.returned(seen)
    for number, wanted in enumerate([position, result] for position, result in enumerate(results)):
        if calls[number : number + 1] != [wanted] or isinstance(calls[number][0], bool | float):
            expect.fail(
                seen,
                "on_done was called with the wrong arguments.",
                observed=f"call {number + 1} was on_done({ascii(calls[number])[1:-1][:80]})",
                expected=f"on_done({ascii(wanted)[1:-1]})",
                question="Is it on_done(position, result), counted from 0?",
            )
    if len(calls) > len(results):
        expect.fail(
            seen,
            "on_done was called too often.",
            observed=f"{len(calls)} calls",
            expected=f"{len(results)} calls, one after each job",
            question="Is it called in two places?",
        )


def in_caller(seen: Seen, key: str) -> bool:
    """Tell whether something ran in the thread of the call, as it says itself."""
    return seen.witness.details(key).get("thread") == 0


def never_looking(seen: Seen) -> None:
    """Expect that a reader waits for bytes, and doesn't look for them again and again."""
    expect.never_busy(
        seen,
        expected="it sleeps in a call that ends when something arrives, or when the time is up",
        question="Which call waits by itself until there is something to read?",
    )


def timed_out_after(seen: Seen, seconds: float) -> None:
    """Expect a TimeoutError after as many seconds."""
    expect.raised(seen, "TimeoutError", "It did not raise TimeoutError.", "What happens when the time is up?")
    expect.makespan(seen, seconds, "Does each recv() get the whole timeout, or what is left of it?")


@check("Five jobs of 2 s take 10 s, one after another", task=1, points=1, scenario=FIVE_JOBS)
def test_one_after_another(seen: Seen) -> None:
    """Each job runs in the caller's thread, once, and begins when the one before it is over."""
    expect.returned(seen)
    expect.one_by_one(seen)
    expect.once_each(seen)
    expect.makespan(seen, 10, "What does the call wait for, apart from the jobs?")
    expect.nothing_left(seen)


@check("Results come in the order of the jobs, whatever they are", task=1, points=1, scenario=ALL_KINDS)
def test_results_in_job_order(seen: Seen) -> None:
    """Results are in job order; None is one, too, and without jobs there are none."""
    wanted = [seen.payloads(), [None, False, None], []]
    expect.value(seen, wanted, "The results are wrong.", "Is there one result for each job, in their order?")


@check("on_done is called after each job, before the next begins", task=1, points=2, scenario=WITH_ON_DONE)
def test_on_done_after_each_job(seen: Seen) -> None:
    """on_done gets position and result of each job, and the next job begins when it has returned."""
    expect.returned(seen)
    on_done_between_jobs(seen, 5)
    told_as_asked(seen, seen.payloads()[:5])
    expect.makespan(seen, 12.5, "What does the call wait for, apart from the jobs and on_done?")


@check("The first failure stops the rest and is raised", task=2, points=1, scenario=THIRD_FAILS)
def test_first_failure_stops_the_rest(seen: Seen) -> None:
    """The third job fails: the others don't begin, on_done isn't called for it, and its error comes out at once."""
    expect.at_work(seen)
    begun = [seen.position(key) for key in seen.witness.keys("begin")]
    further = [position for position in begun if position in {4, 5}]
    if further:
        expect.fail(
            seen,
            "It went on after a job had failed.",
            observed=f"job {further[0]} began although job 3 failed",
            expected="no job begins after the one that fails",
            timeline=seen.timeline(),
            question="What ends the loop when a job raises an error?",
        )
    expect.raised_by(seen, 2)
    tellings = sum(position > 5 for position in begun)
    if tellings != 2:
        expect.fail(
            seen,
            "on_done was called for the job that failed."
            if tellings > 2
            else "on_done was not called for every job before the one that failed.",
            observed=f"on_done was called {('never', 'once')[tellings] if tellings < 2 else f'{tellings} times'}",
            expected="twice: for jobs 1 and 2, and not for job 3, which failed",
            timeline=seen.timeline(),
            question="Is on_done called only when there is a result, and at once?",
        )
    expect.makespan(seen, 4, "What does the call wait for after the failure?")


@check("A line that arrives in pieces is read to its newline", task=3, points=1, scenario=IN_PIECES)
def test_line_in_pieces(seen: Seen) -> None:
    """Three pieces in 2.25 s make one line, returned at the moment at which the newline arrives."""
    expect.returned(seen)
    line = "".join(seen.payloads()).encode() + b"\n"
    expect.value(seen, line, "It did not return the line.", "When is the line complete, and what belongs to it?")
    never_looking(seen)
    expect.makespan(seen, 2.25, "Which call waits for the next piece, and for nothing else?")
    expect.nothing_left(seen)


@check("Bytes after the newline stay readable", task=3, points=1, scenario=MORE_BEHIND)
def test_bytes_after_the_newline_stay(seen: Seen) -> None:
    """Of three lines, one of them empty, and a rest that arrive at once, each call takes one; recv() gets the rest."""
    first, second, rest = [payload.encode() for payload in seen.payloads()]
    expect.value(
        seen,
        [first + b"\n", b"\n", second + b"\n", rest],
        "Bytes behind the newline were lost.",
        "How many bytes does a recv() take that has found the newline among others?",
    )


@check("The end of the stream ends the line", task=3, points=1, scenario=STREAM_ENDS)
def test_end_of_stream(seen: Seen) -> None:
    """Half a line and the end of the stream: the half is returned, and nothing the next time, without waiting."""
    half = seen.payloads()[0].encode()
    expect.value(
        seen, [half, b""], "The end of the stream was not the end of the line.", "What does recv() return at the end?"
    )
    expect.makespan(seen, 2, "What does the call wait for when the stream has ended?")


@check("A silent sender ends in TimeoutError after the timeout", task=4, points=1, scenario=SILENT)
def test_silent_sender_times_out(seen: Seen) -> None:
    """Without a byte, the call raises TimeoutError after 1.75 s; it wasn't busy meanwhile, and the socket is usable."""
    if seen.observation.value == "gone":
        expect.fail(
            seen,
            "What was sent after the TimeoutError could not be read any more.",
            observed="it was sent, and a recv() after that got nothing",
            expected="the bytes that arrive later are there for whoever reads next",
            question="Is something still reading from the socket, or has it been closed?",
        )
    timed_out_after(seen, 1.75)
    never_looking(seen)
    expect.nothing_left(seen)


@check("The timeout bounds the whole call, not each recv()", task=4, points=1, scenario=SLOW)
def test_timeout_bounds_the_whole_call(seen: Seen) -> None:
    """With a byte each second, TimeoutError comes after 3.25 s all the same, and after 3 s, as a byte comes as well."""
    took = seen.observation.value
    if not isinstance(took, float):
        expect.raised(seen, "TimeoutError", "It did not raise TimeoutError.", "What happens when the time is up?")
        took = seen.seconds
    if abs(took - 3.25) > TOLERANCE:
        expect.fail(
            seen,
            "The call took too long." if took > 3.25 else "The call returned too early.",
            observed=f"TimeoutError came after {duration(took)}",
            expected="after 3.25 s",
            lines=seen.where_time_went(),
            question="Does each recv() get the whole timeout, or what is left of it?",
        )
