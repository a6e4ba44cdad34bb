"""Suite of asynchronous/fundamentals: `run_all` and `call_blocking`."""

from grader.lab import Seen, async_jobs, call_async, check, expect, job, jobs, play

OUT_OF_ORDER = call_async("run_all", async_jobs(job(3), job(1), job(2)))
FIVE_JOBS = call_async("run_all", async_jobs(5, seconds=2))
ONE_THAT_FAILS = call_async(
    "run_all", async_jobs(job(2, cleanup=0.5), job(3, cleanup=0.5), job(1, fails=True), *[job(4, cleanup=0.5)] * 2)
)


async def cancelled_after_a_second(student, jobs):
    """Cancel the call while its jobs are running, and say what came out of it."""
    import asyncio

    call = asyncio.ensure_future(student.run_all(jobs))
    await asyncio.sleep(1)
    call.cancel()
    try:
        await call
    except asyncio.CancelledError:
        return "CancelledError"
    return "a result"


async def returns_and_raises(student, jobs):
    """Call two blocking functions, the second of which raises, and say what came out of it."""
    good, bad = jobs

    def add(first, second):
        return [good(), first + second]

    result = await student.call_blocking(add, 1, 2)
    try:
        await student.call_blocking(bad)
    except Exception as error:
        return {"result": result, "error": [type(error).__name__, str(error)]}
    return {"result": result, "error": []}


async def with_a_heartbeat(student, jobs):
    """Beat every 0.1 s while a blocking function runs, and say when each beat was."""
    import asyncio
    import time

    began = time.monotonic()
    beats = []

    async def heart():
        while True:
            await asyncio.sleep(0.1)
            beats.append(round(time.monotonic() - began, 3))

    beating = asyncio.ensure_future(heart())
    result = await student.call_blocking(jobs[0])
    beating.cancel()
    await asyncio.wait([beating])
    return {"result": result, "beats": beats}


CANCELLED = play(
    cancelled_after_a_second, async_jobs(*[job(3, cleanup=0.5)] * 5), words="run_all, cancelled after 1 s, "
)
TWO_BLOCKING = play(returns_and_raises, jobs(job(1), job(1, fails=True)), words="call_blocking, two times: ")
HEARTBEAT = play(with_a_heartbeat, jobs(1, seconds=1.05), words="call_blocking, beside a heartbeat, ")
BEATS = [round(number * 0.1, 3) for number in range(1, 11)]


@check("Results come in the order of the jobs", task=1, points=1, scenario=OUT_OF_ORDER)
def test_results_in_job_order(seen: Seen) -> None:
    """Jobs that finish out of order still have their results in job order."""
    expect.results(seen)


@check("Five jobs of 2 s take 2 s, on one thread", task=1, points=2, scenario=FIVE_JOBS)
def test_jobs_overlap(seen: Seen) -> None:
    """All jobs are in progress at once on the caller's thread, and nothing blocks the loop."""
    expect.loop_never_blocked(seen)
    expect.overlap(seen, at_once=5, seconds=2)
    expect.one_thread(seen)


@check("One failure cancels the rest, waits for them, and is raised", task=2, points=2, scenario=ONE_THAT_FAILS)
def test_failure_cancels_the_rest(seen: Seen) -> None:
    """The third job fails after 1 s: the others are cancelled, clean up for 0.5 s, and then the error is raised."""
    expect.loop_never_blocked(seen)
    expect.raised_by(seen, 2, or_group=True)
    expect.cancelled(seen, [0, 1, 3, 4], at=1, verdict="The other jobs were not cancelled.")
    expect.makespan(seen, 1.5)


@check("Cancelling the call cancels every job", task=2, points=2, scenario=CANCELLED)
def test_cancelling_cancels_every_job(seen: Seen) -> None:
    """Cancelled after 1 s, every job is cancelled too and has cleaned up when the call ends with CancelledError."""
    expect.loop_never_blocked(seen)
    expect.cancelled(seen, [0, 1, 2, 3, 4], at=1, verdict="The jobs were not cancelled when the call was.")
    expect.value(seen, "CancelledError", "The cancellation was swallowed.", "Who catches the CancelledError?")
    expect.makespan(seen, 1.5)


@check("call_blocking returns the result, and raises the error", task=3, points=1, scenario=TWO_BLOCKING)
def test_call_blocking_returns_and_raises(seen: Seen) -> None:
    """The arguments reach the function; its result and its error come back."""
    good, bad = seen.payloads()
    result_lost = "call_blocking did not return the function's result."
    expect.value(seen, [good, 3], result_lost, "What does call_blocking wait for, and return?", part="result")
    error_lost = "call_blocking did not raise the function's error."
    expect.value(seen, ["JobError", bad], error_lost, "Where does the function's error go?", part="error")


@check("A heartbeat keeps its beat while a blocking function runs", task=3, points=1, scenario=HEARTBEAT)
def test_heartbeat_keeps_its_beat(seen: Seen) -> None:
    """A task that beats every 0.1 s goes on beating while the function sleeps in another thread."""
    expect.loop_never_blocked(seen)
    lost = "call_blocking did not return the function's result."
    expect.value(seen, seen.payloads()[0], lost, "What does call_blocking wait for, and return?", part="result")
    expect.value(seen, BEATS, "The heartbeat did not keep its beat.", "Who holds up the event loop?", part="beats")


@check("Leaves nothing behind", task=1, points=1, scenario=FIVE_JOBS)
def test_nothing_left_behind(seen: Seen) -> None:
    """Each job is called once; no task, thread or never-awaited coroutine is left."""
    expect.returned(seen)
    expect.once_each(seen)
    expect.nothing_left(seen)
