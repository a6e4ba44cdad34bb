"""Waits for stop, and does nothing else.

fails: test_answered_as_they_write, test_many_at_once, test_never_blocked, test_lines_in_pieces, test_slow_readers, test_clients_that_leave, test_ended_streams, test_everything_closed
says: Client 1 got no answer.
"""

import select
import socket


def serve(listener: socket.socket, stop: socket.socket) -> None:
    select.select([stop], [], [])
