"""Ignores the error when a client has gone before it read its answer, and keeps trying to send.

fails: test_clients_that_leave
says: It looked again and again
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
                    connection.setblocking(False)
                    lines[connection] = b""
                    continue
                try:
                    piece = client.recv(1024)
                except OSError:
                    close(client)
                    continue
                lines[client] += piece
                name, newline, _ = lines[client].partition(b"\n")
                if newline:
                    del lines[client]
                    answers[client] = b"Hello, " + name + b"!\n"
                elif not piece:
                    close(client)
            for client in writable:
                try:
                    sent = client.send(answers[client])
                except OSError:
                    continue
                answers[client] = answers[client][sent:]
                if not answers[client]:
                    close(client)
    finally:
        for client in [*lines, *answers]:
            client.close()
