"""Raises an error of its own that calls itself like the one that a job raises.

check: test_failures_wait_for_all
says: It raised the wrong error.
"""


class JobError(Exception):
    __module__ = "grader.lab.job_error"


JobError.__qualname__ = JobError.__name__ = "JobError"


def run_concurrently(jobs):
    raise JobError("job 6 failed")
