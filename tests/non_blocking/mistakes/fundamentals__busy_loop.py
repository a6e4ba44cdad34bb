"""Tries all sockets again and again instead of waiting for one of them to be ready.

fails: test_never_blocked
says: It looked again and again instead of waiting.
"""

import socket


def serve(listener: socket.socket, stop: socket.socket) -> None:
    listener.setblocking(False)
    stop.setblocking(False)
    lines = {}
    answers = {}
    while True:
        try:
            stop.recv(1)
            break
        except BlockingIOError:
            pass
        try:
            client, _ = listener.accept()
            client.setblocking(False)
            lines[client] = b""
        except BlockingIOError:
            pass
        for client in list(lines):
            try:
                piece = client.recv(1024)
            except BlockingIOError:
                continue
            except OSError:
                del lines[client]
                client.close()
                continue
            lines[client] += piece
            if b"\n" in lines[client]:
                answers[client] = b"Hello, " + lines.pop(client).split(b"\n")[0] + b"!\n"
            elif not piece:
                del lines[client]
                client.close()
        for client in list(answers):
            try:
                sent = client.send(answers[client])
            except BlockingIOError:
                continue
            except OSError:
                sent = len(answers[client])
            answers[client] = answers[client][sent:]
            if not answers[client]:
                del answers[client]
                client.close()
    for client in [*lines, *answers]:
        client.close()
