"""Decodes each piece by itself, which fails where one ends in the middle of a character.

fails: test_lines_in_pieces
says: It raised UnicodeDecodeError
"""

import select
import socket


def serve(listener: socket.socket, stop: socket.socket) -> None:
    lines: dict[socket.socket, str] = {}
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
                    lines[connection] = ""
                    continue
                try:
                    piece = client.recv(1024)
                except OSError:
                    close(client)
                    continue
                lines[client] += piece.decode()
                name, newline, _ = lines[client].partition("\n")
                if newline:
                    del lines[client]
                    answers[client] = f"Hello, {name}!\n".encode()
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
