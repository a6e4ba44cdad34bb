"""Collects the lines of all clients in one variable.

fails: test_never_blocked, test_lines_in_pieces, test_ended_streams, test_everything_closed
says: got a wrong answer.
"""

import select
import socket


def serve(listener: socket.socket, stop: socket.socket) -> None:
    lines: list[socket.socket] = []
    line = b""
    answers: dict[socket.socket, bytes] = {}

    def close(client: socket.socket) -> None:
        if client in lines:
            lines.remove(client)
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
                    lines.append(connection)
                    continue
                try:
                    piece = client.recv(1024)
                except OSError:
                    close(client)
                    continue
                line += piece
                name, newline, _ = line.partition(b"\n")
                if newline:
                    line = b""
                    lines.remove(client)
                    answers[client] = b"Hello, " + name + b"!\n"
                elif not piece:
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
