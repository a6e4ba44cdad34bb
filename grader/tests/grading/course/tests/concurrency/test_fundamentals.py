"""A small suite, for submissions that try to get the better of the grader."""

from grader.lab import Seen, call, check, expect, job, jobs

OUT_OF_ORDER = call("run_concurrently", jobs(job(2), job(1)))
THREE_JOBS = call("run_concurrently", jobs(3, seconds=2))


@check("Results come in the order of the jobs", task=1, points=3, scenario=OUT_OF_ORDER)
def test_results(seen: Seen) -> None:
    """Jobs that finish out of order still have their results in job order."""
    expect.results(seen)


@check("Three jobs of 2 s take 2 s", task=1, points=4, scenario=THREE_JOBS)
def test_overlap(seen: Seen) -> None:
    """All jobs are in progress at once."""
    expect.overlap(seen, at_once=3, seconds=2)


@check("Leaves nothing behind", task=2, points=3, scenario=OUT_OF_ORDER)
def test_nothing_left(seen: Seen) -> None:
    """Every job ran once, and no thread is left."""
    expect.returned(seen)
    expect.once_each(seen)
    expect.nothing_left(seen)
