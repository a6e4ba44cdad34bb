"""Serve many clients at the same time in one thread, with sockets that never block.

README.md in this folder explains the idea and numbers the tasks; HINTS.md has hints for each.
Replace the `raise NotImplementedError(...)` with your own code, and add the imports you need.
"""

import socket


def serve(listener: socket.socket, stop: socket.socket) -> None:
    r"""Greet every client that connects to `listener`, until `stop` becomes readable.

    A client sends one line, `NAME\n`. It is answered with `Hello, NAME!\n` and its connection is
    closed. So `Ada\n` is answered with `Hello, Ada!\n`. A name is text in UTF-8, one character or
    many thousands, and goes into the answer as it came. What a client sends after its newline is
    ignored.

    Any number of clients may be connected at once, and more may come at any time. Each is answered
    at the very moment at which its newline arrives, whatever all the others are doing. There is no
    time limit: a client that sends nothing stays connected for as long as it likes.

    All of this happens in the thread that called `serve`. It waits in one place only, for all
    sockets together, and there it sleeps until one of them is ready: it neither waits in a call
    for one client, nor looks again and again. Any library may do the waiting: `select`,
    `selectors` or `asyncio`.

    A line may arrive in pieces of any size, even in the middle of a character. A client may read
    slowly, and then its answer can only be sent in pieces: it gets all of them, and its connection
    is closed after the last.

    A client may leave at any moment. It may end its stream, so that `recv` returns `b""`, or reset
    the connection, so that `recv` or `send` raises an error. No other client is harmed by this,
    and nothing is raised. Once a client has ended its stream without a newline, its connection is
    closed and there is no answer. With the newline there is one: the client may still be reading.

    When `stop` becomes readable, because a byte has arrived or because its other end was closed,
    `serve` returns at once. Clients that are still connected get nothing more: `serve` closes
    everything that it has opened. The listening socket `listener` and `stop` belong to the caller.
    They come in blocking mode, which you may change; to close them does no harm.
    """
    # TODO 2: put lines together from pieces, and send answers in pieces.
    # TODO 3: let clients leave at any moment.
    # TODO 4: return when `stop` becomes readable, with everything closed.
    raise NotImplementedError("TODO 1: wait for all sockets at once; answer whoever is ready")
