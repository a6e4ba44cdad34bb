"""A protocol of asyncio, with callbacks in place of coroutines."""

import asyncio
import socket

connected: set[asyncio.Transport] = set()


class Greeter(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport = transport
        self.line = b""
        self.answered = False
        connected.add(transport)

    def data_received(self, data):
        self.line += data
        name, newline, _ = self.line.partition(b"\n")
        if newline and not self.answered:
            self.answered = True
            self.transport.write(b"Hello, %s!\n" % name)
            self.transport.close()

    def eof_received(self):
        return self.answered

    def connection_lost(self, error):
        connected.discard(self.transport)


async def run(listener, stop):
    loop = asyncio.get_running_loop()
    stopped = asyncio.Event()
    server = await loop.create_server(Greeter, sock=listener)
    loop.add_reader(stop.fileno(), stopped.set)
    await stopped.wait()
    loop.remove_reader(stop.fileno())
    server.close()
    for transport in connected:
        transport.abort()
    while connected:
        await asyncio.sleep(0)


def serve(listener: socket.socket, stop: socket.socket) -> None:
    asyncio.run(run(listener, stop))
