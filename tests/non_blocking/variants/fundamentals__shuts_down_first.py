"""`poll` by numbers; ends its side of a connection first, and closes it when the client has ended the other."""

import select
import socket


class Connection:
    def __init__(self, sock):
        self.sock = sock
        self.buffer = b""
        self.reply = b""
        self.replied = False


def serve(listener: socket.socket, stop: socket.socket) -> None:
    connections = {}
    poller = select.poll()
    poller.register(listener.fileno(), select.POLLIN)
    poller.register(stop.fileno(), select.POLLIN | select.POLLHUP)

    def drop(fd):
        poller.unregister(fd)
        connections.pop(fd).sock.close()

    def handle(fd):
        c = connections[fd]
        if c.reply:
            c.reply = c.reply[c.sock.send(c.reply) :]
            if not c.reply:
                c.replied = True
                c.sock.shutdown(socket.SHUT_WR)
                poller.modify(fd, select.POLLIN)
            return
        data = c.sock.recv(512)
        c.buffer += data
        if not c.replied and b"\n" in c.buffer:
            c.reply = b"".join([b"Hello, ", c.buffer[: c.buffer.find(b"\n")], b"!\n"])
            poller.modify(fd, select.POLLOUT)
        elif not data:
            drop(fd)

    while True:
        events = poller.poll()
        if stop.fileno() in dict(events):
            for c in connections.values():
                c.sock.close()
            return
        for fd, _ in events:
            if fd == listener.fileno():
                sock, _ = listener.accept()
                sock.setblocking(False)
                connections[sock.fileno()] = Connection(sock)
                poller.register(sock.fileno(), select.POLLIN)
            else:
                try:
                    handle(fd)
                except OSError:
                    drop(fd)
