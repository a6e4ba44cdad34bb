"""The function that a submission is handed to run in processes: it can be pickled, and so can its arguments."""

from __future__ import annotations

import threading
from typing import Any

from grader.lab.job_error import JobError
from grader.lab.processes.messenger import current


class Work:
    """A function of one argument, which names a job: takes the job's time, returns its result or raises its error."""

    def __init__(self, fails: dict[str, bool], unpicklable: list[str]) -> None:
        """Make the function.

        Args:
            fails: by job, whether it raises.
            unpicklable: jobs that return what can't be sent from one process to another.
        """
        self._fails = fails
        self._unpicklable = unpicklable

    def __call__(self, argument: str) -> Any:  # noqa: ANN401 - any JSON value
        """Do the job that `argument` names."""
        if type(argument) is not str or argument not in self._fails:
            msg = f"function() got something else than one of the arguments: {ascii(argument)[:100]}"
            raise TypeError(msg)
        messenger = current()
        messenger.begin(argument, {})
        payload = messenger.end(argument)
        if self._fails[argument]:
            raise JobError("this job has been called before" if payload is None else payload)
        return threading.Lock() if argument in self._unpicklable else payload
