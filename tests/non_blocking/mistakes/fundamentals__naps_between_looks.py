"""Sleeps a little between two looks at all sockets.

fails: test_answered_as_they_write, test_many_at_once, test_never_blocked, test_lines_in_pieces, test_slow_readers, test_clients_that_leave, test_ended_streams, test_returns_on_stop, test_everything_closed
says: A call blocked the only thread
"""

import socket
import time


def serve(listener: socket.socket, stop: socket.socket) -> None:
    listener.setblocking(False)
    stop.setblocking(False)
    lines = {}
    answers = {}
    while True:
        time.sleep(0.07)
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
