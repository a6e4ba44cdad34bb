"""Reference solution: plain calls, each of which returns when it is done, and a deadline for reading."""

import socket
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


def run_in_order(jobs: Sequence[Callable[[], T]], on_done: Callable[[int, T], object]) -> list[T]:
    """Run the jobs one after another; return their results in job order.

    Each job is a function without parameters: `job()` runs it and gives its result, which may be
    anything, None too. Call each job exactly once, `jobs[0]` first, all of them in the thread that
    called `run_in_order`. A job begins at the moment at which the one before it is over: five jobs
    of 2 seconds take 10 seconds. Without jobs the result is `[]`.

    When a job has ended, and before the next one begins, call `on_done(position, result)` in the
    same thread, after the last job as well. `position` is 0 for `jobs[0]`. The next job begins when
    `on_done` has returned; what it returns is of no use. It never raises an error.

    A job fails by raising an `Exception`. Then no further job begins, `on_done` isn't called for
    the one that failed, and its error is raised at once: that very error, not a new one made from
    it.
    """
    results: list[T] = []
    for position, job in enumerate(jobs):
        # A call blocks: the next line runs when the job is over. So nothing else is needed to keep
        # the jobs apart. And nothing catches an error here: it leaves the loop, so no further job
        # begins, and comes out of this function as the very error that the job raised.
        result = job()
        results.append(result)
        on_done(position, result)
    return results


def read_line(sock: socket.socket, timeout: float) -> bytes:
    """Read one line from a socket and return it, with the newline at its end.

    `sock` is a connected stream socket in blocking mode. A line may arrive in any number of pieces.
    It is returned at the moment at which its newline arrives, and just as it came: a carriage
    return is a character like any other.

    What comes after the newline isn't touched: whoever reads next from the socket gets it, be it
    `read_line` again or a `recv` somewhere else in the program. If the stream ends before a newline
    comes, the result is what has arrived since the last line, which is `b""` if that is nothing.
    `sock` is not closed.

    `timeout` is how many seconds the whole call may take, more than 0, however many pieces arrive.
    If the line isn't there by then, and the stream hasn't ended, raise `TimeoutError` at that
    moment. The part of a line that has arrived by then may be lost; what arrives later is there for
    whoever reads next. Until then wait in a call that waits: don't look again and again. You may
    change the time-out that is set on `sock`, and need not put it back.
    """
    # A time-out of a socket is for each recv() anew: a sender of one byte a second would keep us for
    # ever. So the end is fixed once, on a clock that nobody sets, and each recv() gets what is left.
    deadline = time.monotonic() + timeout
    line = b""
    while not line.endswith(b"\n"):
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        # Never 0: that would mean not to wait at all. recv() raises TimeoutError when it is up.
        sock.settimeout(left)
        # One byte at a time: what recv() has given is gone from the socket, and the byte behind the
        # newline belongs to whoever reads next. (MSG_PEEK, which looks without taking, is quicker.)
        byte = sock.recv(1)
        # Nothing is how recv() says that the stream has ended. It would say so again for ever.
        if not byte:
            break
        line += byte
    return line
