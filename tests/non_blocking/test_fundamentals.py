r"""Suite of non_blocking/fundamentals: `serve`.

A client is told by a dictionary. Its name comes from a job, which takes as long as the client thinks before it writes.

- ``line``: what it sends, with its name for ``{}``; by default ``{}\n``.
- ``cuts``: at which bytes of it there is a pause, of ``pause`` seconds (1).
- ``connects``: when, in seconds from the beginning (0).
- ``then``: what it does after that. ``reads`` (the default) until its connection is closed; ``ends`` its stream, and
  reads; ``closes``; ``resets`` the connection; ``leaves`` when it has rested, without reading.
- ``buffer``: how many bytes it takes before it reads; ``rest``: how long it rests before each reading.
"""

from typing import Annotated

import msgspec

from grader.lab import Seen, check, expect, job, jobs, play
from grader.lab.failure import Lane, LineNote, Segment
from grader.lab.seen import NANOSECONDS, TOLERANCE, spent_in
from grader.lab.words import duration


def with_clients(student, names, clients, stop_at, by_closing):  # noqa: C901, PLR0915 - it travels alone, in one piece
    """Let the server run in a thread of its own among its clients, and tell what became of each of them."""
    import asyncio
    import contextlib
    import select
    import socket
    import struct
    import threading
    import time

    began = time.monotonic()
    patience = 1.0
    told = [{"connected": None, "wrote": None, "answer": "", "answered": None, "closed": None} for _ in clients]
    raised, returned = [], []
    listener = socket.create_server(("127.0.0.1", 0))
    stop, other_end = socket.socketpair()

    def now():
        return round(time.monotonic() - began, 6)

    def run():
        # As in the main thread, one may ask for an event loop without having made it.
        loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        try:
            student.serve(listener, stop)
            returned.append(now())
        except (Exception, SystemExit, KeyboardInterrupt) as error:
            raised.append(error)
        finally:
            loop.close()

    def write(connection, name, client, record):
        line = client.get("line", "{}\n").format(name).encode()
        begin = 0
        for cut in client.get("cuts", []):
            connection.sendall(line[begin:cut])
            begin = cut
            time.sleep(client.get("pause", 1.0))
            if select.select([connection], [], [], 0)[0] or now() > stop_at:
                # Answered, sent away, or forgotten before it has written all.
                return
        connection.sendall(line[begin:])
        record["wrote"] = now()

    def read(connection, client, record):
        answer = b""
        with contextlib.suppress(ConnectionError):
            while now() < stop_at + patience:
                time.sleep(client.get("rest", 0))
                connection.settimeout(max(0.001, stop_at + patience - now()))
                piece = connection.recv(client.get("buffer", 65536))
                if not piece:
                    break
                answer += piece
                record.update(answer=answer.decode("utf-8", "backslashreplace"), answered=now())
            else:
                return
        record["closed"] = now()

    def live(job, client, connection, record):
        then = client.get("then", "reads")
        if client.get("buffer"):
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, client["buffer"])
        if client.get("connects"):
            time.sleep(client["connects"])
        connection.connect(listener_name)
        record["connected"] = now()
        name = job()
        with contextlib.suppress(OSError):
            write(connection, name, client, record)
            if then == "ends":
                connection.shutdown(socket.SHUT_WR)
            if then == "resets":
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            if then in ("reads", "ends"):
                read(connection, client, record)
            if then == "leaves":
                time.sleep(client["rest"])
        connection.close()

    listener_name = listener.getsockname()
    server = threading.Thread(target=run)
    server.start()
    threads = [
        threading.Thread(target=live, args=(job, client, socket.socket(), record))
        for job, client, record in zip(names, clients, told, strict=True)
    ]
    for thread in threads:
        thread.start()
    time.sleep(stop_at)
    if by_closing:
        other_end.close()
    else:
        other_end.sendall(b"x")
    server.join(patience)
    for thread in threads:
        thread.join()
    error = raised[0] if raised else None
    # Who still waits for clients in a call of its own waits no longer, so that it is known which call that was.
    with contextlib.suppress(OSError):
        listener.shutdown(socket.SHUT_RDWR)
    # All take the same time, whatever the server does.
    time.sleep(stop_at + 2 * patience - now())
    if error is not None:
        raise error
    return {"clients": told, "returned": returned[0] if returned else None}


def serving(clients, *, stop_at, words, by_closing=False):
    """Let `serve` serve these clients, each with the seconds that it thinks, until `stop` becomes readable."""
    names = jobs(*[job(seconds) for seconds, _ in clients], noun="client")
    told = [client for _, client in clients]
    return play(with_clients, names, told, stop_at, by_closing, words=f"serve(listener, stop), {words}", whole=True)


LONG = "{0}" * 40 + "\n"
SILENT = {"line": ""}
HALF = {"line": "{}"}
BYTE_BY_BYTE = {"cuts": list(range(1, 13)), "pause": 0.2}
SLOW = {"line": LONG, "buffer": 100, "rest": 0.5}

OUT_OF_ORDER = serving(
    [(3, {}), (1, {}), (2, {})], stop_at=4, words="with three clients: the first writes at 3 s, then at 1 s and 2 s"
)
MANY = serving(
    [(round(3 - number / 10, 1), {}) for number in range(25)] + [(0, {"connects": 2})] * 25,
    stop_at=4,
    words="with 25 clients, of which the last to connect writes first, and 25 more that connect and write at 2 s",
)
ALL_SORTS = serving(
    [(1, {}), (0, BYTE_BY_BYTE), (0, SLOW), (0, {**SLOW, "then": "ends"}), (1, {**HALF, "then": "ends"}), (0, SILENT)],
    stop_at=4,
    words="with clients that write at once, in pieces or never, that read slowly, and that leave",
)
PIECES = serving(
    [
        (0, {"line": "Zo\u00eb {}\n", "cuts": [3, 9, -1], "pause": 0.5}),
        (0, {"cuts": [-1]}),
        (0, BYTE_BY_BYTE),
        (0, {"line": "{}\nand more\n"}),
        (1.25, {}),
    ],
    stop_at=3,
    words="with clients that write their lines in pieces, and one that writes two lines at once",
)
SLOW_READERS = serving(
    [(0, SLOW), (1, {}), (0, {"line": "{0}" * 20 + "\n", "buffer": 64, "rest": 0.75})],
    stop_at=4.5,
    words="with two clients that read slowly, and one that writes at 1 s",
)
LEAVING = serving(
    [
        (0, {**SILENT, "then": "resets"}),
        (0.5, {**SILENT, "then": "closes"}),
        (1, {**SILENT, "then": "closes"}),
        (1, {**HALF, "then": "closes"}),
        (1, {**HALF, "then": "resets"}),
        (1, {"then": "closes"}),
        (1, {"then": "resets"}),
        (1, {**SLOW, "then": "leaves"}),
        (2, {}),
    ],
    stop_at=3,
    words="with eight clients that leave at any moment, and one that writes at 2 s",
)
ENDED = serving(
    [
        (1, {**SILENT, "then": "ends"}),
        (1, {**HALF, "then": "ends"}),
        (1, {"then": "ends"}),
        (0, {**SLOW, "then": "ends"}),
    ],
    stop_at=4,
    words="with clients that end their streams, with and without a newline, and read on",
)
_BUSY = [
    (0.5, {}),
    (0, {"line": LONG, "cuts": list(range(1, 20)), "pause": 0.2}),
    (0, SLOW),
    (0, {**SLOW, "then": "leaves"}),
    (0, {**HALF, "then": "closes"}),
    (0, HALF),
    (0, SILENT),
]
STOPPED = serving(_BUSY, stop_at=1.13, words="while clients are connected; a byte arrives at stop after 1.13 s")
CUT_OFF = serving(
    _BUSY, stop_at=1.13, by_closing=True, words="while clients are connected; the other end of stop closes after 1.13 s"
)


_Moment = Annotated[float, msgspec.Meta(ge=0, le=1e6)]


class _Client(msgspec.Struct, forbid_unknown_fields=True):
    """What a client tells; times are in seconds, and None where something never happened."""

    connected: _Moment | None
    wrote: _Moment | None
    answer: str
    answered: _Moment | None
    closed: _Moment | None


class _Served(msgspec.Struct, forbid_unknown_fields=True):
    clients: list[_Client]
    returned: _Moment | None


@check(
    "Clients that write at 1, 2 and 3 s are answered then, in whatever order they connected",
    task=1,
    points=2,
    scenario=OUT_OF_ORDER,
)
def test_answered_as_they_write(seen: Seen) -> None:
    """No client waits for another, and each is sent away when it has its answer."""
    _expect_answers(seen, {0: 3, 1: 1, 2: 2})


@check("Fifty clients, of which half come later, at one instant", task=1, points=1, scenario=MANY)
def test_many_at_once(seen: Seen) -> None:
    """However many are connected, each is answered at the very moment at which it writes."""
    _expect_answers(seen, {number: 3 - number / 10 if number < 25 else 2 for number in range(50)})


@check("One thread, which sleeps until any socket is ready", task=1, points=1, scenario=ALL_SORTS)
def test_never_blocked(seen: Seen) -> None:
    """No thread is started, no call waits for one client, and nothing is looked at again and again."""
    _served(seen)
    expect.never_blocked(seen)
    _expect_answers(seen, {0: 1})


@check("Lines arrive in pieces, or two at a time", task=2, points=1, scenario=PIECES)
def test_lines_in_pieces(seen: Seen) -> None:
    """A line is complete with its newline, and only its first one counts."""
    _expect_answers(seen, {0: 1.5, 1: 1, 2: 2.4, 3: 0, 4: 1.25}, {0: "Zo\u00eb {}"})


@check("Slow readers get all of their answers, and hold up no one", task=2, points=1, scenario=SLOW_READERS)
def test_slow_readers(seen: Seen) -> None:
    """What `send` doesn't take is sent later."""
    _expect_answers(seen, {0: 2.5, 1: 1, 2: 3}, {0: "{0}" * 40, 2: "{0}" * 20}, {0: 3, 2: 3.75})


@check("Clients that leave at any moment harm no one", task=3, points=1, scenario=LEAVING)
def test_clients_that_leave(seen: Seen) -> None:
    """Whatever became of others, the last client is answered in time, and the server goes on sleeping."""
    _expect_answers(seen, {8: 2})
    _expect_rest(seen, after=1)


@check("A client that ends its stream is answered if its line has a newline", task=3, points=1, scenario=ENDED)
def test_ended_streams(seen: Seen) -> None:
    """Without a newline the connection is closed; with it the answer is sent to its end."""
    served = _expect_answers(seen, {2: 1, 3: 2.5}, {3: "{0}" * 40}, {3: 3})
    for position in (0, 1):
        _expect_sent_away(seen, served, position, at=1)


@check("Returns when a byte arrives at stop, whatever clients are doing", task=4, points=1, scenario=STOPPED)
def test_returns_on_stop(seen: Seen) -> None:
    """It returns at that very moment, and not before."""
    _expect_return(seen, at=1.13)


@check("Leaves nothing open when the other end of stop is closed", task=4, points=1, scenario=CUT_OFF)
def test_everything_closed(seen: Seen) -> None:
    """Every connection is closed at that moment, also those of clients that have long left."""
    served = _expect_return(seen, at=1.13)
    _expect_answers(seen, {0: None})
    expect.nothing_left(seen)
    for position in (5, 6):
        _expect_sent_away(seen, served, position, at=1.13)


def _served(seen: Seen) -> _Served:
    """Return what the clients told, which isn't trusted to be anything."""
    told = expect.returned(seen)
    # It explains whatever else is wrong.
    expect.nothing_left(seen, "coroutine")
    try:
        served = msgspec.convert(told, _Served)
    except msgspec.ValidationError:
        served = None
    if served is None or len(served.clients) != len(seen.cast.keys):
        expect.fail(
            seen,
            "What the clients tell can't be read.",
            question="Does your program change something that isn't its own?",
        )
    return served


def _expect_return(seen: Seen, *, at: float) -> _Served:
    served = _served(seen)
    if served.returned is None:
        expect.fail(
            seen,
            "It did not return when `stop` became readable.",
            observed=f"`stop` was readable from {duration(at)} on, and nothing came of it",
            expected=f"it returns at {duration(at)}",
            lines=_where_it_waited(seen, at),
            timeline=_lanes(served),
            question="Is `stop` among the sockets that are waited for, and looked for whenever the wait ends?",
        )
    if abs(served.returned - at) > TOLERANCE:
        late = served.returned > at
        expect.fail(
            seen,
            "It returned late." if late else "It returned although nobody had asked it to stop.",
            observed=f"returned at {duration(served.returned)}",
            expected=f"at {duration(at)}, when `stop` becomes readable",
            lines=_what_blocked(seen),
            timeline=_lanes(served),
            question="What does it wait for when it has to stop?" if late else "What ends the loop?",
        )
    return served


def _expect_answers(
    seen: Seen,
    times: dict[int, float | None],
    names: dict[int, str] | None = None,
    closed: dict[int, float] | None = None,
) -> _Served:
    """Expect that clients have their answers.

    Args:
        seen: the run.
        times: by position, when the whole answer was there; None for whenever.
        names: by position, what stands around the name, if anything.
        closed: when a client could see that it was sent away, where that was later.
    """
    served = _served(seen)
    for position, at in times.items():
        name = (names or {}).get(position, "{}").format(seen.payloads()[position])
        _expect_answer(seen, served, position, f"Hello, {name}!\n")
        if at is not None:
            _expect_in_time(seen, served, position, at)
            _expect_closed(seen, served, position, (closed or {}).get(position, at))
    return served


def _expect_rest(seen: Seen, *, after: float) -> None:
    """Expect that it isn't kept busy by clients that have left; who is busy before that is told so elsewhere."""
    busy = [event for event in seen.observation.events if event.kind == "spin" and event.place is not None]
    if all(event.time - spent_in(event) >= after * NANOSECONDS for event in busy):
        expect.never_busy(
            seen,
            expected="when a client has left, it sleeps again until another one is ready",
            question="What becomes of a socket that raises an error, or has nothing more to give?",
        )


def _expect_answer(seen: Seen, served: _Served, position: int, answer: str) -> None:
    client, who = served.clients[position], f"Client {position + 1}"
    if client.answer == answer:
        return
    wrote = f"its newline came at {duration(client.wrote)}" if client.wrote is not None else "it could not write"
    if not client.answer:
        sent_away = f", and its connection was closed at {duration(client.closed or 0)}"
        verdict = f"{who} got no answer."
        observed = f"{wrote}{', and nothing came back' if client.closed is None else sent_away}"
        question = "What becomes of a client between its newline and its answer?"
    elif answer.startswith(client.answer):
        verdict = f"{who} got only a part of its answer."
        observed = f"{len(client.answer.encode())} bytes came back"
        question = "How much of it does send() say that it took, and when is the rest sent?"
    else:
        verdict = f"{who} got a wrong answer."
        observed = f"answered {_clipped(client.answer, answer)}"
        question = "Is the name all that came before the first newline, and nothing else?"
    whole = f"all {len(answer.encode())} bytes of the answer" if answer.startswith(client.answer or "?") else ""
    _fail(seen, verdict, observed, whole or _clipped(answer, client.answer), question)


def _expect_in_time(seen: Seen, served: _Served, position: int, at: float) -> None:
    answered = served.clients[position].answered or 0
    if answered > at + TOLERANCE:
        _fail(
            seen,
            f"Client {position + 1} had to wait for its answer.",
            f"it had its answer at {duration(answered)}",
            f"at {duration(at)}",
            "What was the server doing instead?",
        )
    if answered < at - TOLERANCE:
        _fail(
            seen,
            f"Client {position + 1} was answered before its line was complete.",
            f"answered at {duration(answered)}",
            f"at {duration(at)}, when its newline arrives",
            "What tells that a line is complete?",
        )


def _expect_closed(seen: Seen, served: _Served, position: int, at: float) -> None:
    closed = served.clients[position].closed
    if closed is None or closed > at + TOLERANCE:
        _fail(
            seen,
            f"Client {position + 1} was answered, but its connection stayed open.",
            "it was never closed" if closed is None else f"it was closed at {duration(closed)}",
            f"closed at {duration(at)}, when all of the answer is sent",
            "Who closes the connection after the last byte?",
        )


def _expect_sent_away(seen: Seen, served: _Served, position: int, *, at: float) -> None:
    """Expect that a client whose line never ended had no answer, and that its connection was closed in time."""
    client = served.clients[position]
    if client.answer:
        _fail(
            seen,
            f"Client {position + 1} was answered, although its line has no newline.",
            f"answered {_clipped(client.answer, '')}",
            "no answer, and a closed connection",
            "What tells that a line is complete?",
        )
    if client.closed is None or abs(client.closed - at) > TOLERANCE:
        _fail(
            seen,
            f"The connection of client {position + 1} was not closed.",
            "it was never closed" if client.closed is None else f"it was closed at {duration(client.closed)}",
            f"closed at {duration(at)}",
            "Which sockets are still open then, and who closes them?",
        )


def _fail(seen: Seen, verdict: str, observed: str, expected: str, question: str) -> None:
    expect.fail(
        seen,
        verdict,
        observed=observed,
        expected=expected,
        lines=_what_blocked(seen),
        timeline=_lanes(_served(seen)),
        question=question,
    )


def _what_blocked(seen: Seen) -> list[LineNote]:
    """Name the line that waited for something else than all sockets, if any did; of several, the longest wait."""
    waits = [
        event
        for event in seen.observation.events
        if event.kind == "wait" and event.place is not None and event.data.get("wait") != "select"
    ]
    longest = max(waits, key=spent_in, default=None)
    if longest is None or not spent_in(longest):
        return []
    return seen.note(longest.place, f"waited {duration(spent_in(longest) / NANOSECONDS)}")


def _where_it_waited(seen: Seen, at: float) -> list[LineNote]:
    """Name the line that was waiting at that time."""
    waits = [
        event
        for event in seen.observation.events
        if event.kind in {"wait", "spin"} and event.place is not None and event.time >= at * NANOSECONDS
    ]
    return seen.note(waits[-1].place, "was waiting here") if waits else []


def _lanes(served: _Served) -> list[Lane]:
    """Draw each client: until it has written, and then until it has its answer."""
    times = [(client.connected, client.wrote, client.answered, client.closed) for client in served.clients]
    end = max([served.returned or 0.0, *(moment for each in times for moment in each if moment is not None)])
    lanes = []
    for number, (connected, wrote, answered, closed) in enumerate(times, 1):
        written = next(moment for moment in (wrote, answered, closed, end) if moment is not None)
        last = closed if answered is None else answered
        segments = [
            Segment(connected or 0.0, written, "job"),
            Segment(written, end if last is None else last, "stuck" if last is None else "wait"),
        ]
        lanes.append(Lane(f"client {number}", [each for each in segments if each.ended > each.began]))
    return [lane for lane in lanes if lane.segments]


def _clipped(text: str, other: str) -> str:
    """Show the part of a long text where it first differs from another."""
    if len(text) <= _SHOWN:
        return ascii(text)
    same = next((index for index, pair in enumerate(zip(text, other, strict=False)) if pair[0] != pair[1]), 0)
    first = max(0, same - _SHOWN // 3)
    return f"{'...' if first else ''}{text[first : first + _SHOWN]!a}{'...' if first + _SHOWN < len(text) else ''}"


_SHOWN = 60
