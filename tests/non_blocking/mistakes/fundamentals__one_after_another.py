"""Serves one client after another with blocking sockets, as a server for one client would.

fails: test_answered_as_they_write, test_many_at_once, test_never_blocked, test_lines_in_pieces, test_slow_readers, test_ended_streams, test_returns_on_stop, test_everything_closed
says: A call blocked the only thread
"""

import select
import socket


def serve(listener: socket.socket, stop: socket.socket) -> None:
    while True:
        readable, _, _ = select.select([listener, stop], [], [])
        if stop in readable:
            return
        client, _ = listener.accept()
        with client:
            try:
                line = b""
                while b"\n" not in line:
                    piece = client.recv(1024)
                    if not piece:
                        break
                    line += piece
                else:
                    client.sendall(b"Hello, " + line.split(b"\n")[0] + b"!\n")
            except ConnectionError:
                pass
