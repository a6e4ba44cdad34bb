"""Connects to where processes meet several times from the one process that there is, and does all jobs in it.

exercise: parallelism/fundamentals
points: 6
says: A job ran in the caller's own process.
flags: inside
"""

import threading

from grader.lab.processes import messenger


def run_in_processes(function, arguments, processes=None):
    results = {}

    def pretend(argument):
        way = messenger.current()
        way.begin(argument, {})
        results[argument] = way.end(argument)

    threads = [threading.Thread(target=pretend, args=[argument]) for argument in arguments]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [results[argument] for argument in arguments]
