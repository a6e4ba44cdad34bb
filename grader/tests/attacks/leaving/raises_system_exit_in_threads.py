"""Raises SystemExit in each thread instead of doing the job.

says: The jobs were never run.
"""

import threading


def leave(job):
    raise SystemExit(0)


def run_concurrently(jobs):
    threads = [threading.Thread(target=leave, args=[job]) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [None] * len(jobs)
