"""Accepts, reads and sends as much as there is at each turn, and asks `select` only when all would block."""

import select
import socket


def receive_all(client: socket.socket) -> tuple[bytes, bool]:
    """All that has come, and whether the stream has ended."""
    data = b""
    while True:
        try:
            piece = client.recv(16)
        except BlockingIOError:
            return data, False
        except OSError:
            return data, True
        if not piece:
            return data, True
        data += piece


def serve(listener, stop):
    listener.setblocking(False)
    clients = []
    while True:
        want_read = [c["socket"] for c in clients if c["out"] is None]
        want_write = [c["socket"] for c in clients if c["out"] is not None]
        readable, _, _ = select.select(want_read + [listener, stop], want_write, [], 60)
        if stop in readable:
            for c in clients:
                c["socket"].close()
            return
        try:
            while True:
                new, _ = listener.accept()
                new.setblocking(False)
                clients.append({"socket": new, "in": b"", "out": None})
        except BlockingIOError:
            pass
        alive = []
        for c in clients:
            ended = False
            if c["out"] is None:
                data, ended = receive_all(c["socket"])
                c["in"] += data
                if b"\n" in c["in"]:
                    c["out"] = b"Hello, " + c["in"].split(b"\n", 1)[0] + b"!\n"
                    ended = False
            try:
                while c["out"]:
                    c["out"] = c["out"][c["socket"].send(c["out"]) :]
            except BlockingIOError:
                pass
            except OSError:
                ended = True
            if ended or c["out"] == b"":
                c["socket"].close()
            else:
                alive.append(c)
        clients = alive
