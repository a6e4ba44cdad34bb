"""Leaves the newline in the name.

fails: test_answered_as_they_write, test_many_at_once, test_never_blocked, test_lines_in_pieces, test_slow_readers, test_clients_that_leave, test_ended_streams, test_everything_closed
says: got a wrong answer.
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
                    answers[client] = b"Hello, " + name + newline + b"!\n"
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
