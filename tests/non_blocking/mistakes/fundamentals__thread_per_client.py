"""Starts a thread for each client.

fails: test_never_blocked, test_everything_closed
says: It used threads.
"""

import select
import socket
import threading


def greet(client: socket.socket) -> None:
    with client:
        try:
            line = b""
            while b"\n" not in line:
                piece = client.recv(1024)
                if not piece:
                    return
                line += piece
            client.sendall(b"Hello, " + line.split(b"\n")[0] + b"!\n")
        except OSError:
            pass


def serve(listener: socket.socket, stop: socket.socket) -> None:
    while True:
        readable, _, _ = select.select([listener, stop], [], [])
        if stop in readable:
            return
        client, _ = listener.accept()
        threading.Thread(target=greet, args=(client,), daemon=True).start()
