"""An event loop with its methods for sockets, and a task for each client."""

import asyncio
import socket


async def greet(client: socket.socket) -> None:
    loop = asyncio.get_running_loop()
    with client:
        line = b""
        while b"\n" not in line:
            piece = await loop.sock_recv(client, 1024)
            if not piece:
                return
            line += piece
        await loop.sock_sendall(client, b"Hello, " + line.partition(b"\n")[0] + b"!\n")


async def accept(listener: socket.socket, tasks: set) -> None:
    loop = asyncio.get_running_loop()
    while True:
        client, _ = await loop.sock_accept(listener)
        task = asyncio.create_task(greet(client))
        tasks.add(task)
        task.add_done_callback(tasks.discard)
        task.add_done_callback(lambda done: done.cancelled() or done.exception())


async def main(listener: socket.socket, stop: socket.socket) -> None:
    loop = asyncio.get_running_loop()
    listener.setblocking(False)
    stop.setblocking(False)
    tasks: set = set()
    accepting = asyncio.create_task(accept(listener, tasks))
    stopped = asyncio.Event()
    loop.add_reader(stop, stopped.set)
    await stopped.wait()
    loop.remove_reader(stop)
    everything = [accepting, *tasks]
    for task in everything:
        task.cancel()
    await asyncio.gather(*everything, return_exceptions=True)


def serve(listener: socket.socket, stop: socket.socket) -> None:
    asyncio.run(main(listener, stop))
