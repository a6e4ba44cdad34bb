"""A selector whose data are the functions to call; the listener is closed, too, and all that waits is accepted."""

import selectors
import socket
from functools import partial


def serve(listener: socket.socket, stop: socket.socket) -> None:
    running = True

    def end(_socket: socket.socket) -> None:
        nonlocal running
        running = False

    def accept(_socket: socket.socket) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except BlockingIOError:
                return
            connection.setblocking(False)
            selector.register(connection, selectors.EVENT_READ, partial(receive, bytearray()))

    def receive(line: bytearray, connection: socket.socket) -> None:
        try:
            piece = connection.recv(65536)
        except ConnectionError:
            piece = b""
        line += piece
        if b"\n" in line:
            name = line[: line.index(b"\n")]
            answer = memoryview(b"Hello, %b!\n" % name)
            selector.modify(connection, selectors.EVENT_WRITE, partial(reply, [answer]))
        elif piece == b"":
            hang_up(connection)

    def reply(rest: list[memoryview], connection: socket.socket) -> None:
        try:
            rest[0] = rest[0][connection.send(rest[0]) :]
        except ConnectionError:
            rest[0] = memoryview(b"")
        if not rest[0]:
            hang_up(connection)

    def hang_up(connection: socket.socket) -> None:
        selector.unregister(connection)
        connection.close()

    with selectors.DefaultSelector() as selector, listener:
        listener.setblocking(False)
        selector.register(listener, selectors.EVENT_READ, accept)
        selector.register(stop, selectors.EVENT_READ, end)
        while running:
            for key, _ in selector.select():
                if running:
                    key.data(key.fileobj)
        for key in list(selector.get_map().values()):
            if key.fileobj not in (listener, stop):
                key.fileobj.close()
