"""Asks asyncio for an event loop, as older programs do, and waits for sockets by callbacks."""

import asyncio
import socket
import warnings


def serve(listener: socket.socket, stop: socket.socket) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        loop = asyncio.get_event_loop()
    open_sockets: set[socket.socket] = set()

    def close(client: socket.socket) -> None:
        loop.remove_reader(client)
        loop.remove_writer(client)
        open_sockets.discard(client)
        client.close()

    def accept() -> None:
        client, _ = listener.accept()
        client.setblocking(False)
        open_sockets.add(client)
        loop.add_reader(client, read, client, bytearray())

    def read(client: socket.socket, line: bytearray) -> None:
        try:
            piece = client.recv(100)
        except OSError:
            close(client)
            return
        line.extend(piece)
        end = line.find(b"\n")
        if end >= 0:
            loop.remove_reader(client)
            loop.add_writer(client, write, client, bytearray(b"Hello, " + line[:end] + b"!\n"))
        elif not piece:
            close(client)

    def write(client: socket.socket, answer: bytearray) -> None:
        try:
            del answer[: client.send(answer)]
        except OSError:
            answer.clear()
        if not answer:
            close(client)

    loop.add_reader(listener, accept)
    loop.add_reader(stop, loop.stop)
    loop.run_forever()
    loop.remove_reader(listener)
    loop.remove_reader(stop)
    for client in list(open_sockets):
        close(client)
    loop.close()
