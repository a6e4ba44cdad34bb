"""Suite of parallelism/fundamentals: `run_in_processes`."""

from grader.lab import Seen, arguments, call, check, expect, job, play, with_processes, work


def none_and_one(student, function, one):
    """Call twice: without arguments, and with one."""
    return [student.run_in_processes(function, []), student.run_in_processes(function, one)]


NONE_AND_ONE = with_processes(
    play(none_and_one, work(), arguments(1, seconds=2), words="run_in_processes, two times: "),
    at_once=1,
    method="fork",
)
OUT_OF_ORDER = with_processes(
    call("run_in_processes", work(), arguments(job(3), job(1), job(2))), at_once=3, method="fork"
)
FIVE_JOBS = with_processes(call("run_in_processes", work(), arguments(5, seconds=2)), at_once=5, method="fork")
TWO_AT_ONCE = with_processes(
    call("run_in_processes", work(), arguments(job(4), *[job(1)] * 4), processes=2), at_once=2, method="fork"
)
UNEQUAL_JOBS = with_processes(
    call("run_in_processes", work(), arguments(job(2), job(4), job(1))), at_once=3, method="fork"
)
TWO_FAILURES = with_processes(
    call(
        "run_in_processes",
        work(),
        arguments(job(2, fails=True), job(1, fails=True), *[job(1)] * 7),
        processes=2,
    ),
    at_once=2,
    method="fork",
)
UNPICKLABLE = with_processes(
    call("run_in_processes", work(), arguments(job(1), job(2, unpicklable=True))), at_once=2, method="fork"
)
SPAWNED = with_processes(call("run_in_processes", work(), arguments(job(2), job(1))), at_once=2, method="spawn")


@check("Results come in the order of the arguments", task=1, points=1, scenario=OUT_OF_ORDER)
def test_results_in_argument_order(seen: Seen) -> None:
    """Jobs that end out of order still have their results in the order of the arguments."""
    expect.results(seen)


@check("Five jobs of 2 s take 2 s, all in progress at once", task=1, points=2, scenario=FIVE_JOBS)
def test_jobs_overlap(seen: Seen) -> None:
    """All jobs are in progress at once, so the call takes as long as one of them."""
    expect.overlap(seen, at_once=5, seconds=2)


@check("Every job runs in a process, none in the caller's", task=1, points=1, scenario=FIVE_JOBS)
def test_jobs_run_in_processes(seen: Seen) -> None:
    """Five jobs that are in progress at once are in five processes, and the caller's is none of them."""
    expect.own_processes(seen)
    expect.once_each(seen)


@check("No argument and one argument", task=1, points=1, scenario=NONE_AND_ONE)
def test_none_and_one(seen: Seen) -> None:
    """Without arguments the result is an empty list; one argument has one result."""
    expect.value(seen, [[], seen.payloads()], "The results of no argument or of one argument are wrong.")


@check("As many processes as asked for, and never more", task=2, points=1, scenario=TWO_AT_ONCE)
def test_as_many_as_asked_for(seen: Seen) -> None:
    """While the long job goes on, the short ones go on beside it: 4 s, and not 6 s as in batches of two."""
    expect.overlap(seen, at_once=2, seconds=4)


@check("Returns when every job is done, and leaves no process behind", task=2, points=1, scenario=UNEQUAL_JOBS)
def test_leaves_no_process(seen: Seen) -> None:
    """The call ends after the longest job, and every process has been waited for by then."""
    expect.returned(seen)
    expect.all_done(seen)
    expect.nothing_left(seen)


@check(
    "A failing job stops no other; the first failure in argument order is raised",
    task=3,
    points=1,
    scenario=TWO_FAILURES,
)
def test_failures_wait_for_all(seen: Seen) -> None:
    """Job 1 fails after job 2, and seven jobs have not begun by then: all are done when its error is raised.

    No process is left then, just as after a result.
    """
    expect.raised_by(seen, 0)
    expect.all_done(seen)
    expect.nothing_left(seen)


@check("A result that can't be pickled is an error, and no wait for ever", task=3, points=1, scenario=UNPICKLABLE)
def test_unpicklable_result(seen: Seen) -> None:
    """A lock can't be sent from one process to another; the caller hears of that by an error, whichever."""
    expect.some_error(
        seen,
        "A result that could not be sent was lost without an error.",
        expected="an error, of any kind",
        question="Did the result come from another process, and what happens there when it can't be pickled?",
    )


@check("Works with the start method spawn as well", task=4, points=1, scenario=SPAWNED)
def test_works_under_spawn(seen: Seen) -> None:
    """Processes that begin as a fresh Python get their work as well."""
    expect.results(seen)
