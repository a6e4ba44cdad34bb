"""Closes its streams with close(), which first sends what is still to be sent: a slow reader's stays open.

fails: test_everything_closed
says: did you forget close()?
"""

import asyncio
import socket


def serve(listener: socket.socket, stop: socket.socket) -> None:
    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            line = await reader.readuntil(b"\n")
            writer.write(b"Hello, " + line[:-1] + b"!\n")
            await writer.drain()
            writer.close()
            await writer.wait_closed()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def main() -> None:
        asked = asyncio.get_running_loop().create_future()
        asyncio.get_running_loop().add_reader(stop, lambda: asked.done() or asked.set_result(None))
        server = await asyncio.start_server(greet, sock=listener, limit=2**20)
        await asked
        asyncio.get_running_loop().remove_reader(stop)
        server.close()
        clients = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in clients:
            task.cancel()
        await asyncio.gather(*clients, return_exceptions=True)

    asyncio.run(main())
