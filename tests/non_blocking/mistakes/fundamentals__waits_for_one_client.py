"""Waits with select for one client alone until its line is complete.

fails: test_never_blocked, test_lines_in_pieces, test_returns_on_stop, test_everything_closed
says: had to wait for its answer
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
                    while b"\n" not in lines[client]:
                        select.select([client], [], [])
                        piece = client.recv(1024)
                        if not piece:
                            raise ConnectionError
                        lines[client] += piece
                except OSError:
                    close(client)
                    continue
                answers[client] = b"Hello, " + lines.pop(client).split(b"\n")[0] + b"!\n"
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
