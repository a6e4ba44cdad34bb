"""Suite of concurrency/fundamentals: `run_concurrently`."""

from grader.lab import Seen, call, check, expect, job, jobs, play

OUT_OF_ORDER = call("run_concurrently", jobs(job(3), job(1), job(2)))
FIVE_JOBS = call("run_concurrently", jobs(5, seconds=2))
UNEQUAL_JOBS = call("run_concurrently", jobs(job(2), job(4), job(1)))


def after_an_instant_failure(student, instant, slow):
    """Call twice: with jobs that need no time, the first of which fails, and with slow ones."""
    import contextlib

    with contextlib.suppress(Exception):
        student.run_concurrently(instant)
    return student.run_concurrently(slow)


def none_one_and_fifty(student, none, one, fifty):
    """Call three times, one after another."""
    return [student.run_concurrently(jobs) for jobs in (none, one, fifty)]


TWO_FAILURES = play(
    after_an_instant_failure,
    jobs(job(0, fails=True), job(0), job(0), job(0)),
    jobs(job(1), job(3, fails=True), job(2, fails=True), job(4), job(1)),
    words="run_concurrently, two times: ",
)
THREE_CALLS = play(
    none_one_and_fifty, jobs(), jobs(1, seconds=2), jobs(50, seconds=2), words="run_concurrently, three times: "
)


@check("Results come in the order of the jobs", task=1, points=2, scenario=OUT_OF_ORDER)
def test_results_in_job_order(seen: Seen) -> None:
    """Jobs that finish out of order still have their results in job order."""
    expect.results(seen)


@check("Five jobs of 2 s take 2 s, all in progress at once", task=1, points=2, scenario=FIVE_JOBS)
def test_jobs_overlap(seen: Seen) -> None:
    """All jobs are in progress at once, so the call takes as long as one of them."""
    expect.overlap(seen, at_once=5, seconds=2)


@check("Each job runs in a thread of its own, none in the caller's", task=1, points=1, scenario=FIVE_JOBS)
def test_each_job_has_its_own_thread(seen: Seen) -> None:
    """Five jobs run in five threads, and the caller's is none of them."""
    expect.returned(seen)
    expect.once_each(seen)
    expect.own_threads(seen)


@check("Returns when every job is done, and leaves no thread behind", task=2, points=2, scenario=UNEQUAL_JOBS)
def test_waits_for_every_job(seen: Seen) -> None:
    """The call ends after the longest job, and every thread has ended by then."""
    expect.returned(seen)
    expect.all_done(seen)
    expect.nothing_left(seen)


@check(
    "A failing job stops no other; the first failure in job order is raised", task=3, points=2, scenario=TWO_FAILURES
)
def test_failures_wait_for_all(seen: Seen) -> None:
    """All jobs are done when the error of job 6 is raised, which fails after job 7; nor does job 1 stop jobs 2 to 4."""
    expect.raised_by(seen, 5)
    expect.all_done(seen)


@check("No job, one job and fifty jobs", task=1, points=1, scenario=THREE_CALLS)
def test_none_one_and_fifty(seen: Seen) -> None:
    """An empty list gives an empty list, and fifty jobs of 2 s take 2 s as well."""
    results = seen.payloads()
    expect.value(seen, [[], results[:1], results[1:]], "The results of no job, one job or fifty jobs are wrong.")
    expect.overlap(seen, at_once=50, seconds=4)
