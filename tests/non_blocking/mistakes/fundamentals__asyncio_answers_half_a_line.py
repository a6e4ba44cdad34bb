"""Takes what readline returns at the end of the stream for a line.

fails: test_ended_streams
says: was answered, although its line has no newline
"""

import asyncio
import socket


def serve(listener: socket.socket, stop: socket.socket) -> None:
    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            line = await reader.readline()
            writer.write(b"Hello, " + line.rstrip(b"\n") + b"!\n")
            await writer.drain()
            writer.close()
            await writer.wait_closed()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            # Unlike close(), which first sends what is still to be sent.
            writer.transport.abort()

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
