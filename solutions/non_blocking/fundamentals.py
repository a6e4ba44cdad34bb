"""Reference solution: one selector for all sockets, and for each client what it still needs."""

import selectors
import socket
from dataclasses import dataclass


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
    greeter = _Greeter(listener)
    greeter.selector.register(stop, selectors.EVENT_READ)
    try:
        while True:
            # The only place where this thread waits: for all sockets, until any of them is ready.
            ready = greeter.selector.select()
            # First of all: a server with much to do would otherwise never come to it.
            if any(key.fileobj is stop for key, _ in ready):
                return
            for key, events in ready:
                if key.fileobj is listener:
                    greeter.let_in()
                else:
                    greeter.go_on(key.data, events)
    finally:
        # Not only on `stop`: whatever ends this function, nothing stays open.
        greeter.close()


@dataclass(eq=False)
class _Client:
    """What has to be remembered of a client from one of its turns to the next."""

    connection: socket.socket
    line: bytes = b""
    answer: bytes = b""


class _Greeter:
    """The sockets that are waited for, and what can be done with one of them without waiting."""

    def __init__(self, listener: socket.socket) -> None:
        self._listener = listener
        self._clients: set[_Client] = set()
        self.selector = selectors.DefaultSelector()
        listener.setblocking(False)
        self.selector.register(listener, selectors.EVENT_READ)

    def let_in(self) -> None:
        """Accept a client."""
        try:
            connection, _ = self._listener.accept()
        except OSError:
            return  # It has gone before it could be let in.
        # A new socket blocks, even if the listening one doesn't: each has a mode of its own.
        connection.setblocking(False)
        client = _Client(connection)
        self._clients.add(client)
        # The selector gives the client back, as `key.data`, whenever its socket is ready.
        self.selector.register(connection, selectors.EVENT_READ, client)

    def go_on(self, client: _Client, events: int) -> None:
        """Do what can be done for a client now."""
        try:
            if events & selectors.EVENT_READ:
                self._read(client)
            else:
                self._write(client)
        except BlockingIOError:
            pass  # Not ready after all, which is rare. The selector will say when it is.
        except OSError:
            self._let_go(client)  # Gone without a word, and that concerns this client alone.

    def close(self) -> None:
        """Close every connection that is still there."""
        for client in self._clients:
            client.connection.close()
        self.selector.close()

    def _read(self, client: _Client) -> None:
        piece = client.connection.recv(4096)
        # It may be any part of the line, so it is only added to what came before. Nothing is
        # decoded, because a piece may end in the middle of a character.
        client.line += piece
        name, newline, _ = client.line.partition(b"\n")
        if newline:
            client.answer = b"Hello, " + name + b"!\n"
            # From now on, and not before, it is waited for until the client can be sent to. A
            # client with nothing to send would be ready all the time, and nobody would ever sleep.
            self.selector.modify(client.connection, selectors.EVENT_WRITE, client)
        elif not piece:
            self._let_go(client)  # The stream has ended, so the newline will never come.

    def _write(self, client: _Client) -> None:
        # `send` takes as much as there is room for, and says how much that was. The rest has to
        # wait until the client has read some of it.
        sent = client.connection.send(client.answer)
        client.answer = client.answer[sent:]
        if not client.answer:
            self._let_go(client)

    def _let_go(self, client: _Client) -> None:
        self._clients.remove(client)
        self.selector.unregister(client.connection)
        client.connection.close()
