"""Ends, abandons and begins jobs over connections that never began them, and says that the call is over.

exercise: parallelism/fundamentals
points: 0
says: The jobs were never run.
flags: inside
"""

from grader.lab.processes import messenger


def run_in_processes(function, arguments, processes=None):
    way = messenger.current()
    way.tell({"do": "note", "key": "call", "details": {"event": "returned"}})
    results = []
    for argument in arguments:
        for message in ({"do": "end", "key": argument}, {"do": "abandon", "key": argument}, {"do": "hello"}):
            results.append(way.tell(message).get("payload"))
    return results[: len(arguments)]
