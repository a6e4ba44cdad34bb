"""Where the processes of a run meet: each job announces itself here, and goes on when the judge says so.

It listens in a thread of the judge. Which process speaks is known from the system; what it says is not believed.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import socket
import struct
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from grader.lab.json_lines import LineReader, MalformedError, encode
from grader.lab.observation import Happening, Observation, Place, Stop, Waiter
from grader.lab.processes.addresses import usable
from grader.lab.processes.coordinator import Coordinator
from grader.lab.processes.quiet import SEEN, UNSEEN
from grader.lab.processes.saying import Saying, nanoseconds, understand

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from grader.lab.processes.quiet import Settling
    from grader.lab.scenario import Cast
    from grader.lab.witness import Witness

Wish = Literal["ask", "stop"]
"""What the judge wants of the process that calls: to ``ask`` it where it waits, or to ``stop`` it."""

_CALL = "call"
_LOOK_SECONDS = 0.01
_FEWEST_LOOKS = 3
_ANSWER_SECONDS = 0.3
_AGAIN_SECONDS = 1.0
_CONNECTIONS = 128
_ALL_CONNECTIONS = 2_000
_BYTES = 1 << 18
_CHUNK = 1 << 16
_UNSERVED = 10
_PLACES = 500
_KEY = 100


@dataclass(eq=False)
class _Peer:
    """One connection.

    Attributes:
        process: number of the process that made it, 0 for the one that calls.
        key: the job that it speaks for, while that is in progress.
    """

    connection: socket.socket
    process: int
    reader: LineReader = field(default_factory=lambda: LineReader(_BYTES))
    key: str = ""


@dataclass(eq=False)
class _Question:
    """The caller is asked where it waits, as nothing else happens.

    Attributes:
        until: until when its answer is waited for, and that it is at rest again, by the system's clock.
        answered: the connection that brought an answer.
        place: what it says; None also if it waits at no line of the program.
    """

    until: float
    answered: _Peer | None = None
    place: Place | None = None


class Rendezvous:
    """Holds what begins until its time is over, and keeps the judge's record of it.

    Attributes:
        stop: why the run can't come to an end, once that is known.
    """

    def __init__(self, cast: Cast, witness: Witness) -> None:
        """Prepare for one run of a cast scenario; `witness` hears of everything."""
        self._cast = cast
        self._witness = witness
        self._coordinator = Coordinator(cast.groups, cast.request["processes"]["at_once"])
        self._peers: dict[str, _Peer] = {}
        self._connected = 0
        self._processes: dict[int, int] = {}
        self._waits: list[tuple[Place, int, int]] = []
        self._unserved: list[str] = []
        self._returned: int | None = None
        self._question: _Question | None = None
        self._quiet_since: float | None = None
        self._looks = 0
        self._waited_before = False
        self._told_to_stop = 0.0
        self.stop: Stop | None = None

    @property
    def decides(self) -> bool:
        """Whether the judge still has to say how the run goes on: who waits may be waiting for that."""
        return bool(self._processes) and self._returned is None and self.stop is None

    @contextlib.contextmanager
    def opened(
        self, folder: Path, is_busy: Callable[[], bool | None], wish: Callable[[Wish], None]
    ) -> Iterator[dict[str, Any]]:
        """Listen while the block lasts; yield the request that tells where.

        Args:
            folder: where the socket is made.
            is_busy: tells whether any process of the run is busy; None if that can't be seen.
            wish: called, in the listening thread, when something is wanted of the process that calls.

        Raises:
            OSError: the socket can't be made.
        """
        path = Path(folder, os.urandom(12).hex())
        self._is_busy, self._wish = is_busy, wish
        ours, theirs = socket.socketpair()
        with socket.socket(socket.AF_UNIX) as listener, ours, theirs, selectors.DefaultSelector() as selector:
            with usable(str(path)) as name:
                listener.bind(name)
            try:
                path.chmod(0o777)  # a worker may be another user; the name can't be guessed, nor the folder listed
                listener.listen(_CONNECTIONS)
                listener.settimeout(0)
                selector.register(listener, selectors.EVENT_READ)
                selector.register(theirs, selectors.EVENT_READ)
                thread = threading.Thread(target=self._listen, args=(selector, listener, theirs), daemon=True)
                thread.start()
                try:
                    processes = {**self._cast.request["processes"], "address": str(path)}
                    yield {**self._cast.request, "processes": processes}
                finally:
                    ours.shutdown(socket.SHUT_RDWR)  # to close it wouldn't do: a process that hides may hold a copy
                    thread.join()
            finally:
                path.unlink(missing_ok=True)

    def observed(self, observation: Observation) -> Observation:
        """Put what was witnessed in place of what the worker can't know: time, and what ran when."""
        spans = self._coordinator.spans
        kind = "request" if self._cast.sent else "job"
        events = [
            Happening(span.ended, 0, None, kind, None, {"key": span.key, "began": span.began, "how": span.how})
            for span in spans
        ]
        events += [
            Happening(ended, 0, None, "wait", place, {"began": began, "wait": "process"})
            for place, began, ended in self._waits
        ]
        elapsed = self._coordinator.now if self._returned is None else self._returned
        unserved = [*observation.unserved, *self._unserved][:_UNSERVED]
        if self.stop is not None:
            return Observation("stopped", stop=self.stop, elapsed=elapsed, events=events, unserved=unserved)
        return Observation(
            observation.outcome,
            value=observation.value,
            error=observation.error,
            elapsed=elapsed,
            events=events,
            left=observation.left,
            sessions=observation.sessions,
            unserved=unserved,
            faults=observation.faults,
            names=observation.names,
            place=observation.place,
        )

    def _listen(self, selector: selectors.BaseSelector, listener: socket.socket, end: socket.socket) -> None:
        """Hear and decide until the other end of `end` is closed."""
        peers: dict[socket.socket, _Peer] = {}
        try:
            while True:
                ready = [key.fileobj for key, _ in selector.select(self._seconds())]
                if end in ready:
                    return
                for source in ready:
                    if source is listener:
                        self._accept(listener, selector, peers)
                    elif isinstance(source, socket.socket):
                        self._hear(peers[source], selector, peers)
                if not ready:
                    self._decide()
        finally:
            for connection in peers:
                connection.close()

    def _accept(
        self, listener: socket.socket, selector: selectors.BaseSelector, peers: dict[socket.socket, _Peer]
    ) -> None:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        self._connected += 1
        if len(peers) >= _CONNECTIONS or self._connected > _ALL_CONNECTIONS:
            connection.close()
            return
        connection.settimeout(0)
        number = self._processes.setdefault(_process_of(connection), len(self._processes))
        peers[connection] = _Peer(connection, number)
        selector.register(connection, selectors.EVENT_READ)

    def _hear(self, peer: _Peer, selector: selectors.BaseSelector, peers: dict[socket.socket, _Peer]) -> None:
        try:
            data = peer.connection.recv(_CHUNK)
            for line in peer.reader.feed(data) if data else ():
                said = understand(line)
                if not self._is_answer(peer, said):
                    self._stir()
                reply = self._take(peer, said)
                if reply is not None:
                    peer.connection.send(encode(reply))
        except BlockingIOError:
            return
        except (OSError, MalformedError):
            data = b""
        if not data:
            if self._question is None or self._question.answered is not peer:
                self._stir()
            selector.unregister(peer.connection)
            del peers[peer.connection]
            peer.connection.close()
            if peer.key:
                self._over(peer, "died")

    def _take(self, peer: _Peer, said: Saying) -> dict[str, object] | None:
        """Note what a process says; return the reply, or None if it has to wait."""
        match said.do:
            case "begin":
                return self._begin(peer, said)
            case "end" if peer.key and peer.key == said.key and said.key in self._coordinator.let_go:
                self._over(peer, "")
                return {"payload": self._witness.end(said.key)}
            case "abandon" if peer.key and peer.key == said.key:
                self._over(peer, said.details.why or "stopped")
            case "note" if said.key == _CALL and peer.process == 0 and self._returned is None:
                self._returned = self._coordinator.now
                self._witness.note(_CALL, {"event": said.details.event, "time": self._returned})
            case "place" if peer.process == 0:
                if self._question is not None:
                    self._question.answered = peer
                    self._question.place = Place(said.line, said.text, said.call) if said.line else None
                return {"stop": self.stop is not None}
            case "unserved":
                self._unserved.append(said.text)
                del self._unserved[_UNSERVED:]
        return {}

    def _is_answer(self, peer: _Peer, said: Saying) -> bool:
        # A machine that is very busy may let the caller answer when nobody waits for that any more, and all goes on.
        return said.do == "place" and peer.process == 0 and self._question is not None

    def _begin(self, peer: _Peer, said: Saying) -> dict[str, object] | None:
        if peer.key:
            msg = "it begins a job before it has ended another"
            raise MalformedError(msg)
        key, now = said.key, self._coordinator.now
        is_new = key in self._cast.items and key not in self._witness.keys("begin")
        details = {
            name: getattr(said.details, name)
            for name in ("method", "url", "headers", "json", "body", "timeout", "connect_timeout", "door", "session")
            if self._cast.sent
        }
        self._witness.begin(key[:_KEY], {**details, "time": now, "process": peer.process})
        if not is_new:
            return {}
        peer.key = key
        self._peers[key] = peer
        self._coordinator.begin(key, self._lasts(key, said))
        return None

    def _lasts(self, key: str, said: Saying) -> int | None:
        """Return how long a job or request takes: until its answer, or until the program gives up."""
        item = self._cast.items[key]
        kind = getattr(item, "kind", "answer")
        due = None if kind == "silent" else nanoseconds(item.seconds)
        if key not in self._cast.sent:
            return due
        patience = nanoseconds(said.details.connect_timeout if kind == "refused" else said.details.timeout)
        return min((length for length in (due, patience) if length is not None), default=None)

    def _over(self, peer: _Peer, why: str) -> None:
        """Note that a job has ended; with a reason if without a result."""
        key, peer.key = peer.key, ""
        self._peers.pop(key, None)
        self._coordinator.end(key, why or "ended")
        if why:
            self._witness.abandon(key, {"why": why, "time": self._coordinator.now})

    def _seconds(self) -> float | None:
        """Return after how many seconds to look again; None while there is nothing to look for."""
        if not self._processes or self._returned is not None:
            return None
        return _LOOK_SECONDS

    def _decide(self) -> None:
        """Let time pass if nothing else can happen before."""
        if self._returned is not None:
            return
        if self.stop is not None:
            if time.monotonic() >= self._told_to_stop + _AGAIN_SECONDS:
                self._told_to_stop = time.monotonic()
                self._wish("stop")
            return
        coordinator = self._coordinator
        if self._question is not None:
            self._wait_for_answer(self._question)
        elif self._is_quiet():
            if coordinator.is_full and coordinator.can_go_on and not self._waited_before:
                self._release()
            else:
                self._question = _Question(until=time.monotonic() + _ANSWER_SECONDS)
                self._wish("ask")

    def _wait_for_answer(self, question: _Question) -> None:
        """Conclude when the caller has answered, or doesn't, and everything is still at rest."""
        is_over = time.monotonic() >= question.until
        if self._is_busy():
            if is_over:  # it isn't the answer alone that keeps it busy
                self._stir()
        elif is_over or question.answered is not None:
            self._conclude(question.place)

    def _is_quiet(self) -> bool:
        """Tell whether everything has been at rest for long enough to conclude something from it."""
        is_busy = self._is_busy()
        if is_busy:
            self._stir()
            return False
        now = time.monotonic()
        self._quiet_since = self._quiet_since or now
        self._looks += 1
        needed = self._needed(SEEN if is_busy is not None else UNSEEN)
        return self._looks >= _FEWEST_LOOKS and now >= self._quiet_since + needed

    def _needed(self, settling: Settling) -> float:
        coordinator = self._coordinator
        if not coordinator.held or coordinator.let_go:
            return settling.end
        if not coordinator.can_go_on:
            return settling.first
        if coordinator.is_full:
            return settling.brief
        return settling.later if self._waited_before else settling.first

    def _stir(self) -> None:
        """Begin to look anew, as something has happened; what was asked before doesn't matter any more."""
        self._quiet_since, self._looks, self._question = None, 0, None

    def _conclude(self, place: Place | None) -> None:
        """Go on although not everything has begun that could have, or find that nothing can go on."""
        self._question = None
        coordinator = self._coordinator
        if coordinator.let_go:
            for key in coordinator.let_go:
                self._over(self._peers[key], "stopped")
        elif coordinator.can_go_on:
            self._waited_before = True  # from now on, a report needs to know of every wait
            before = coordinator.now
            self._release()
            if place is not None and len(self._waits) < _PLACES:
                self._waits.append((place, before, coordinator.now))
        else:
            self.stop = Stop("deadlock", coordinator.now, list(self._waiters(place)))
            self._wish("stop")
            self._told_to_stop = time.monotonic()

    def _release(self) -> None:
        self._stir()
        for key in self._coordinator.release():
            with contextlib.suppress(OSError):  # a process that has died meanwhile is noticed by itself
                self._peers[key].connection.send(encode({}))

    def _waiters(self, place: Place | None) -> Iterator[Waiter]:
        if place is not None:
            yield Waiter("the caller", "lock", "", place, None, None, holder_done=False)
        noun = "request" if self._cast.sent else "job"
        for number, key in enumerate(self._cast.keys, 1):
            if key in self._coordinator.held:
                yield Waiter(f"{noun} {number}", "socket", "an answer", None, None, None, holder_done=False)


def _process_of(connection: socket.socket) -> int:
    """Return the number of the process that has made a connection, as the system knows it."""
    if sys.platform == "linux":
        raw = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
        return int(struct.unpack("3i", raw)[0])
    return connection.getsockopt(0, 2)  # SOL_LOCAL and LOCAL_PEERPID of macOS
