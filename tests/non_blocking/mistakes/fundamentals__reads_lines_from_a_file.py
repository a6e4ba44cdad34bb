"""Reads the line from a file object, which blocks until all of it has come.

fails: test_never_blocked, test_lines_in_pieces, test_returns_on_stop, test_everything_closed
says: A call blocked the only thread
"""

import select
import socket


def serve(listener: socket.socket, stop: socket.socket) -> None:
    lines: dict[socket.socket, bytes] = {}
    answers: dict[socket.socket, bytes] = {}

    def close(client: socket.socket) -> None:
        lines.pop(client, None)
        answers.pop(client, None)
        client.close()

    try:
        while True:
            readable, writable, _ = select.select([listener, stop, *lines], [*answers], [])
            if stop in readable:
                return
            for client in readable:
                if client is listener:
                    connection, _ = listener.accept()
                    lines[connection] = b""
                    continue
                try:
                    with client.makefile("rb") as file:
                        line = file.readline()
                except OSError:
                    close(client)
                    continue
                if line.endswith(b"\n"):
                    del lines[client]
                    client.setblocking(False)
                    answers[client] = b"Hello, " + line[:-1] + b"!\n"
                else:
                    close(client)
            for client in writable:
                try:
                    sent = client.send(answers[client])
                except OSError:
                    close(client)
                    continue
                answers[client] = answers[client][sent:]
                if not answers[client]:
                    close(client)
    finally:
        for client in [*lines, *answers]:
            client.close()
