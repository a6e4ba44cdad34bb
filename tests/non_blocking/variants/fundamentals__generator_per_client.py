"""A generator for each client, which yields whether it waits to read or to write."""

import selectors
import socket
from collections.abc import Iterator


def talk(client: socket.socket) -> Iterator[int]:
    with client:
        line = b""
        while b"\n" not in line:
            yield selectors.EVENT_READ
            piece = client.recv(1024)
            if not piece:
                return
            line += piece
        answer = b"Hello, " + line.split(b"\n")[0] + b"!\n"
        while answer:
            yield selectors.EVENT_WRITE
            answer = answer[client.send(answer) :]


def serve(listener: socket.socket, stop: socket.socket) -> None:
    selector = selectors.SelectSelector()
    selector.register(listener, selectors.EVENT_READ)
    selector.register(stop, selectors.EVENT_READ)

    def go_on(client: socket.socket, generator: Iterator[int]) -> None:
        try:
            wanted = next(generator)
        except (StopIteration, OSError):
            selector.unregister(client)
            client.close()
        else:
            selector.modify(client, wanted, generator)

    while True:
        ready = [key for key, _ in selector.select()]
        if stop in [key.fileobj for key in ready]:
            break
        for key in ready:
            if key.fileobj is listener:
                client, _ = listener.accept()
                client.setblocking(False)
                selector.register(client, selectors.EVENT_READ)
                go_on(client, talk(client))
            else:
                go_on(key.fileobj, key.data)
    for key in list(selector.get_map().values()):
        if key.data is not None:
            key.data.close()
    selector.close()
