"""Serves the clients that are there when it is called, and returns.

fails: test_answered_as_they_write, test_many_at_once, test_never_blocked, test_lines_in_pieces, test_slow_readers, test_clients_that_leave, test_ended_streams, test_returns_on_stop, test_everything_closed
says: It returned although nobody had asked it to stop.
"""

import select
import socket


def serve(listener: socket.socket, stop: socket.socket) -> None:
    clients = []
    while select.select([listener], [], [], 0)[0]:
        clients.append(listener.accept()[0])
    for client in clients:
        client.close()
