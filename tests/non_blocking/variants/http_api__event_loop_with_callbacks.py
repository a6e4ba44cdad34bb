"""A little event loop of its own: callbacks for readable and writable sockets, and a heap of timers."""

import functools
import heapq
import itertools
import json
import selectors
import socket
import time
import urllib.parse

import h11

from grader.lab import ApiCase, ApiResult


class Loop:
    def __init__(self):
        self.selector = selectors.DefaultSelector()
        self.timers = []
        self.numbers = itertools.count()

    def call_at(self, when, callback):
        heapq.heappush(self.timers, (when, next(self.numbers), callback))

    def watch(self, sock, events, callback):
        try:
            self.selector.modify(sock, events, callback)
        except KeyError:
            self.selector.register(sock, events, callback)

    def forget(self, sock):
        self.selector.unregister(sock)

    def run_until(self, is_done):
        while not is_done():
            timeout = max(0.0, self.timers[0][0] - time.monotonic()) if self.timers else None
            for key, _ in self.selector.select(timeout):
                key.data()
            while self.timers and self.timers[0][0] <= time.monotonic():
                heapq.heappop(self.timers)[2]()
        self.selector.close()


class Client:
    def __init__(self, loop: Loop, case: ApiCase, on_done):
        self.loop, self.case, self.on_done = loop, case, on_done
        self.url = urllib.parse.urlsplit(case.url)
        self.protocol = h11.Connection(h11.CLIENT)
        self.sock = socket.socket()
        self.sock.settimeout(0)
        self.is_done = False
        self.answer = None
        self.body = bytearray()
        loop.call_at(time.monotonic() + 5, functools.partial(self.done, ApiResult(None, None, "timeout")))
        code = self.sock.connect_ex((self.url.hostname, self.url.port))
        loop.watch(self.sock, selectors.EVENT_WRITE, self.connected)

    def connected(self):
        if code := self.sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
            return self.done(ApiResult(None, None, f"errno {code}"))
        body = json.dumps(self.case.payload).encode()
        headers = [*self.case.headers.items(), ("host", self.url.netloc), ("content-length", f"{len(body)}")]
        request = h11.Request(method="POST", target=self.url.path, headers=headers)
        self.buffer = bytearray()
        for event in (request, h11.Data(data=body), h11.EndOfMessage()):
            self.buffer.extend(self.protocol.send(event))
        self.loop.watch(self.sock, selectors.EVENT_WRITE, self.writable)
        return None

    def writable(self):
        try:
            while self.buffer:
                del self.buffer[: self.sock.send(self.buffer)]
        except BlockingIOError:
            return
        except OSError as error:
            self.done(ApiResult(None, None, str(error)))
            return
        self.loop.watch(self.sock, selectors.EVENT_READ, self.readable)

    def readable(self):
        try:
            while not self.is_done:
                self.protocol.receive_data(self.sock.recv(16))
                self.events()
        except BlockingIOError:
            pass
        except (OSError, h11.RemoteProtocolError) as error:
            self.done(ApiResult(None, None, str(error)))

    def events(self):
        for event in iter(self.protocol.next_event, h11.NEED_DATA):
            if isinstance(event, h11.Response):
                self.answer = event
            elif isinstance(event, h11.Data):
                self.body.extend(event.data)
            elif isinstance(event, h11.EndOfMessage):
                self.done(ApiResult(self.answer.status_code, json.loads(self.body), None))
                return

    def done(self, result):
        if self.is_done:
            return
        self.is_done = True
        self.loop.forget(self.sock)
        self.sock.close()
        self.on_done(result)


def send_all(cases):
    loop = Loop()
    results = {}
    for number, case in enumerate(cases):
        Client(loop, case, functools.partial(results.__setitem__, number))
    loop.run_until(lambda: len(results) == len(cases))
    return [results[number] for number in sorted(results)]
