"""Starts a thread for each client, and ends them all when it has to stop.

fails: test_never_blocked
says: It used threads.
"""

import select
import socket
import threading


def greet(client: socket.socket) -> None:
    with client:
        try:
            line = b""
            while b"\n" not in line:
                piece = client.recv(1024)
                if not piece:
                    return
                line += piece
            client.sendall(b"Hello, " + line.split(b"\n")[0] + b"!\n")
        except OSError:
            pass


def serve(listener: socket.socket, stop: socket.socket) -> None:
    clients = []
    threads = []
    while True:
        readable, _, _ = select.select([listener, stop], [], [])
        if stop in readable:
            break
        client, _ = listener.accept()
        clients.append(client)
        threads.append(threading.Thread(target=greet, args=(client,)))
        threads[-1].start()
    for client in clients:
        try:
            client.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        client.close()
    for thread in threads:
        thread.join()
