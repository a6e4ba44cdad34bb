"""Leaves processes of Python's behind, of every start method, that never end.

exercise: parallelism/fundamentals
check: test_leaves_no_process
points: 0
says: The jobs were never run.
"""

import multiprocessing
import time


def run_in_processes(function, arguments, processes=None):
    for method in ("fork", "spawn", "forkserver"):
        context = multiprocessing.get_context(method)
        process = context.Process(target=time.sleep, args=(1000,))
        process.start()
    return []
