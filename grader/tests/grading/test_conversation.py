"""What the judge answers to a worker and to its slot, in which order."""

from __future__ import annotations

import os
import socket
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from grader.grading._conversation import Conversation, Ends, Outcome
from grader.grading._wire import Channel
from grader.lab.json_lines import encode
from grader.lab.witness import Witness

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

NUMBER = 7
CONSULT = {"run": NUMBER, "consult": True}
ENDED = {"run": NUMBER, "status": 0, "strays": 0, "memory": 0, "cpu": 0.0, "limit": "", "stack": None}


class Talk:
    """A conversation in which worker and slot have said something before it begins, and what the judge does then."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.said_later: list[dict[str, Any]] = []
        self.slot_says: list[dict[str, Any]] = []
        self.decides: Callable[[], bool] = lambda: False
        self.worker, self._worker = socket.socketpair()
        self.slot, self._slot = socket.socketpair()

    def begin(self, _key: str, _details: dict[str, Any]) -> None:
        """Note it; the worker says more at this moment."""
        self.done.append("begin")
        for message in self.said_later:
            self.worker.sendall(encode(message))

    def end(self, key: str) -> str:
        """Note that the worker gets its answer."""
        self.done.append("end")
        return key

    def note(self, message: dict[str, Any], descriptors: tuple[int, ...] = ()) -> None:
        """Note what the slot is told, and let it say more at this moment."""
        assert not descriptors
        self.done.append(", ".join(name for name, value in message.items() if value))
        if self.slot_says:
            self.slot.sendall(encode(self.slot_says.pop(0)))

    def held(self, monkeypatch: pytest.MonkeyPatch) -> Outcome:
        """Hold it to its end."""
        witness, channel = Witness({}), Channel(self._slot)
        monkeypatch.setattr(witness, "begin", self.begin)
        monkeypatch.setattr(witness, "end", self.end)
        monkeypatch.setattr(channel, "send", self.note)
        readable, writable = os.pipe()
        os.close(writable)
        with ExitStack() as stack:
            stack.callback(os.close, readable)
            for connection in (self.worker, self._worker, self.slot, self._slot):
                stack.enter_context(connection)
            return Conversation(NUMBER, Ends(channel, self._worker, readable, None, self.decides), witness, 10.0).hold()


def test_a_worker_is_answered_before_its_slot(monkeypatch: pytest.MonkeyPatch) -> None:
    """A slot that consults the judge hears of it when the worker doesn't wait for the judge any more."""
    talk = Talk()
    talk.worker.sendall(encode({"do": "ready"}) + encode({"do": "begin", "key": "a"}))
    talk.said_later = [{"do": "end", "key": "a"}]
    talk.slot.sendall(encode(CONSULT))
    talk.slot_says = [CONSULT, ENDED]
    assert talk.held(monkeypatch).ending.how == "exited"
    assert talk.done == ["begin", "end", "heard, news", "heard"]


def test_a_worker_that_talks_without_end_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """The slot is answered although there is always something more to hear."""
    talk = Talk()
    talk.worker.sendall(encode({"do": "ready"}) + encode({"do": "begin", "key": "a"}))
    talk.said_later = [{"do": "begin", "key": "a"}]  # and so on
    talk.slot.sendall(encode(CONSULT))
    talk.slot_says = [ENDED]
    real = talk.note

    def note(message: dict[str, Any], descriptors: tuple[int, ...] = ()) -> None:
        real(message, descriptors)
        talk.said_later = []

    monkeypatch.setattr(talk, "note", note)
    talk.held(monkeypatch)
    assert talk.done.count("begin") > 1
    assert "heard, news" in talk.done


def test_a_slot_waits_while_the_judge_has_to_decide(monkeypatch: pytest.MonkeyPatch) -> None:
    """Processes that meet wait for the judge's word on how the run goes on."""
    talk = Talk()
    asked = iter([True, True, False])

    def decides() -> bool:
        talk.done.append("looked")
        return next(asked)

    talk.decides = decides
    talk.worker.sendall(encode({"do": "ready"}))
    talk.slot.sendall(encode(CONSULT))
    talk.slot_says = [ENDED]
    talk.held(monkeypatch)
    assert talk.done == ["looked", "looked", "looked", "heard, news"]
