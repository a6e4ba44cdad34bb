"""`poll`, with descriptors as keys, reading no more than a few bytes at a time."""

import select
import socket


def serve(listener: socket.socket, stop: socket.socket) -> None:
    poll = select.poll()
    listener.setblocking(False)
    stop.setblocking(False)
    poll.register(listener, select.POLLIN)
    poll.register(stop, select.POLLIN)
    sockets: dict[int, socket.socket] = {}
    read: dict[int, list[bytes]] = {}
    to_send: dict[int, bytes] = {}

    def forget(number: int) -> None:
        poll.unregister(number)
        sockets.pop(number).close()
        read.pop(number, None)
        to_send.pop(number, None)

    try:
        while True:
            events = dict(poll.poll())
            if stop.fileno() in events:
                break
            for number in events:
                if number == listener.fileno():
                    client, address = listener.accept()
                    client.setblocking(False)
                    sockets[client.fileno()] = client
                    read[client.fileno()] = []
                    poll.register(client, select.POLLIN)
                    continue
                client = sockets[number]
                try:
                    if number in to_send:
                        count = client.send(to_send[number])
                        to_send[number] = to_send[number][count:]
                        if to_send[number] == b"":
                            forget(number)
                    else:
                        piece = client.recv(7)
                        if piece == b"":
                            forget(number)
                        else:
                            before, newline, _ = piece.partition(b"\n")
                            read[number].append(before)
                            if newline:
                                name = b"".join(read[number])
                                to_send[number] = b"Hello, " + name + b"!\n"
                                poll.modify(client, select.POLLOUT)
                except OSError:
                    forget(number)
    finally:
        for client in sockets.values():
            client.close()
