"""Call a function for many arguments at the same time, in several processes.

README.md in this folder explains the idea and numbers the tasks; HINTS.md has hints for each.
Replace the `raise NotImplementedError(...)` with your own code, and add the imports you need.
"""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

T = TypeVar("T")


def run_in_processes(function: Callable[[Any], T], arguments: Sequence[Any], processes: int | None = None) -> list[T]:
    """Call `function(argument)` for each argument, each in a process of its own; return the results.

    Each call is a job. It is made exactly once, in another process than the caller's, and no two
    jobs are in progress in one process at the same time. `function`, its arguments and what it
    returns can be pickled, unless said otherwise below. Without arguments the result is `[]`.

    The result of `arguments[0]` comes first, then that of `arguments[1]`, and so on, whichever job
    ended first.

    `processes` is the largest number of jobs in progress at the same time, 1 or more. There are
    always as many as it allows: when one job ends, the next begins at once. If it is None, all jobs
    are in progress at once, however many there are. A process may do one job or several, one after
    another.

    The call ends when the last job has ended. Then no process that it started is still running,
    and each has been waited for; no thread is left either.

    A job fails by raising an `Exception`, which doesn't stop the others: they all run to their own
    end, those too that had not begun. When all have ended, the error of the job that failed is
    raised, with its type and its text; if several failed, the one that comes first in `arguments`.
    A result that can't be pickled raises an error as well, of whatever type and at whatever moment.

    It works with every start method: fork, spawn and forkserver. Use the default one, which
    `multiprocessing` knows, or choose one.
    """
    # TODO 2: never have more jobs in progress than `processes`; leave no process behind.
    # TODO 3: let all jobs end, then raise the first error in the order of the arguments.
    # TODO 4: let it work with every start method.
    raise NotImplementedError("TODO 1: call function for each argument in a process; return the results in order")
