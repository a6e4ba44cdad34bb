"""A small suite with coroutines."""

from grader.lab import Seen, async_jobs, call_async, check, expect, job

OUT_OF_ORDER = call_async("run_all", async_jobs(job(2), job(1)))


@check("Results come in the order of the jobs", task=1, points=5, scenario=OUT_OF_ORDER)
def test_results(seen: Seen) -> None:
    """Jobs that finish out of order still have their results in job order."""
    expect.results(seen)


@check("The loop is never blocked", task=1, points=5, scenario=OUT_OF_ORDER)
def test_loop(seen: Seen) -> None:
    """Nothing stops the loop, and the jobs overlap."""
    expect.loop_never_blocked(seen)
    expect.overlap(seen, at_once=2, seconds=2)
