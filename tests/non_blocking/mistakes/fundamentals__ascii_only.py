"""Decodes names as ASCII.

fails: test_lines_in_pieces
says: It raised UnicodeDecodeError
"""

import contextlib
import select
import socket


class Client:
    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.sock.setblocking(False)
        self.received = b""
        self.unsent = b""
        self.done = False

    def fileno(self) -> int:
        return self.sock.fileno()

    def on_readable(self) -> None:
        try:
            data = self.sock.recv(2048)
        except BlockingIOError:
            return
        except OSError:
            self.done = True
            return
        self.received += data
        if b"\n" in self.received:
            name = self.received[: self.received.index(b"\n")].decode("ascii")
            self.unsent = f"Hello, {name}!\n".encode("utf-8")
            self.on_writable()
        elif not data:
            self.done = True

    def on_writable(self) -> None:
        with contextlib.suppress(BlockingIOError):
            try:
                sent = self.sock.send(self.unsent)
            except ConnectionError:
                self.done = True
                return
            self.unsent = self.unsent[sent:]
            self.done = not self.unsent

    def close(self) -> None:
        self.sock.close()


def serve(listener: socket.socket, stop: socket.socket) -> None:
    clients: list[Client] = []
    with contextlib.ExitStack() as stack:
        while True:
            reading = [client for client in clients if not client.unsent]
            writing = [client for client in clients if client.unsent]
            readable, writable, _ = select.select([stop, listener] + reading, writing, [])
            if stop in readable:
                return
            if listener in readable:
                clients.append(Client(listener.accept()[0]))
                stack.callback(clients[-1].close)
            for client in readable:
                if isinstance(client, Client):
                    client.on_readable()
            for client in writable:
                client.on_writable()
            for client in [client for client in clients if client.done]:
                client.close()
                clients.remove(client)
