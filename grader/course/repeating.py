"""The same programs judged again and again, on a machine that is idle and on one that is kept busy: is all the same?

Compared is everything that a verdict is made from and that a report tells: the verdict, the failure, how the run ended,
what it returned, printed and left, its trace, what the schedules led to, and what the witness recorded. Two things may
differ, as nothing in a run depends on them that a check may judge:

- What comes first at one and the same instant of the trace: a program that walks through a set of objects of its own
  does so in the order of their addresses.
- Where a program has processes of its own, which of them does what, who of those that act at one instant is heard
  first, and what of their output is kept: real processes race for their jobs.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

import msgspec

from grader.course.corpus import corpus
from grader.course.verifying import SEED
from grader.grading import Session, WorkerPlayer, judge
from grader.lab.playing import Submission

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from grader.course.corpus import Entry
    from grader.lab.exercises import Course, Exercise
    from grader.lab.plugin import Judgement

_KINDS = ("stub", "solution", "variant", "mistake")
_BATCH = 2
_BURNERS_PER_CORE = 2
_SHOWN = 200
_NUMBER = "#"
_ENTRY_LENGTH = 3

Key = tuple[str, str, str]
"""Exercise, entry and check."""


@dataclass
class Repeated:
    """What came of judging again and again.

    Attributes:
        programs: how many programs there were.
        checks: how many checks were judged in each repeat.
        times: how often they were.
        busy: how many of these times the machine was kept busy.
        differences: what was not as it was the first time, in words.
        faults: what went wrong in the grader itself.
    """

    programs: int
    checks: int = 0
    times: int = 0
    busy: int = 0
    differences: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def judge_repeatedly(
    course: Course, exercises: list[Exercise], times: int, on_batch: Callable[[Repeated], None] = lambda _: None
) -> Repeated:
    """Judge a stub, a solution, a variant and a mistake of each exercise, and compare each time with the first.

    Args:
        course: the course.
        exercises: which of its exercises.
        times: how often.
        on_batch: called with what is known so far, some repeats at a time.
    """
    entries = {exercise: _mixed(corpus(course, exercise)) for exercise in exercises}
    repeated = Repeated(sum(map(len, entries.values())))
    first: dict[Key, Any] = {}
    while repeated.times < times and not repeated.faults:
        number = min(_BATCH, times - repeated.times)
        busy = repeated.times // _BATCH % 2 == 1
        with _kept_busy() if busy else _left_alone():
            _judge_batch(course, entries, range(repeated.times, repeated.times + number), first, repeated)
        repeated.times += number
        repeated.busy += number if busy else 0
        repeated.checks = len(first)
        on_batch(repeated)
    return repeated


def _mixed(entries: list[Entry]) -> list[Entry]:
    """Return the first entry of each kind."""
    firsts = [next((entry for entry in entries if entry.kind == kind), None) for kind in _KINDS]
    return [entry for entry in firsts if entry is not None]


def _judge_batch(
    course: Course, entries: dict[Exercise, list[Entry]], repeats: range, first: dict[Key, Any], repeated: Repeated
) -> None:
    """Judge some repeats beside each other, and note what isn't as it was at first."""

    def compare(judgement: Judgement) -> None:
        submission = judgement.play.submission
        label, _, repeat = submission.label.partition(_NUMBER)
        key = (submission.exercise.id, label, judgement.play.name)
        found = _told(judgement)
        where, was, now = next(_differences(first.setdefault(key, found), found), ("", None, None))
        if where:
            words = f"{' '.join(key)}, repeat {int(repeat) + 1}: {where} is {_short(now)}, and was {_short(was)}"
            why = first[key]["failure"] or found["failure"]
            repeated.differences.append(f"{words} ({why['verdict']})" if where == "verdict" and why else words)

    player = WorkerPlayer()
    try:
        judged = judge(
            Session(
                course=course,
                submissions={
                    exercise: [
                        Submission(exercise, entry.file, f"{entry.label}{_NUMBER}{repeat}")
                        for repeat in repeats
                        for entry in found
                    ]
                    for exercise, found in entries.items()
                },
                seed=SEED,
                player=player,
                on_judgement=compare,
            )
        )
    finally:
        player.close()
    if judged.interrupted:
        raise KeyboardInterrupt
    repeated.faults += judged.faults
    repeated.faults += [
        f"{item.play.submission.exercise.id} {item.play.name} could not be judged: {item.reason}"
        for item in judged.judgements
        if item.verdict == "error"
    ]


def _told(judgement: Judgement) -> Any:  # noqa: ANN401 - as JSON has it
    """Return all that a verdict is made from, as plain values, without what may differ."""
    seen = judgement.seen
    told: dict[str, Any] = {"verdict": judgement.verdict, "reason": judgement.reason, "failure": judgement.failure}
    if seen is not None:
        races = seen.scenario.processes is not None
        observation = msgspec.to_builtins(seen.observation)
        events = [_raced(event) if races else event for event in observation.pop("events")]
        witness = [[entry.kind, entry.key, entry.details] for entry in seen.witness.entries]
        if races and judgement.failure is not None:
            told["failure"] = msgspec.structs.replace(judgement.failure, output="")
        told |= {
            "observation": observation,
            "ending": seen.ending,
            "output": "" if races else seen.output,
            "trace": _by_instant(events),
            "witness": sorted(map(_text, map(_raced, witness))) if races else witness,
        }
    # Through JSON and back: what stays is what is compared, and it is small.
    return json.loads(msgspec.json.encode(told))


def _by_instant(events: list[list[Any]]) -> list[str]:
    """Return events, of which each begins with its instant, in an order that is the same whatever came first in it."""
    return sorted(map(_text, events), key=lambda text: (json.loads(text)[0], text))


def _raced(told: list[Any]) -> list[Any]:
    """Return an event of a process, or an entry of the witness about it, without which of the processes it was."""
    *parts, details = told
    kept = {name: value for name, value in details.items() if name != "process"}
    is_event = len(told) > _ENTRY_LENGTH
    return [parts[0], *parts[3:], kept] if is_event else [*parts, kept]


def _text(value: Any) -> str:  # noqa: ANN401 - any JSON value
    return json.dumps(value, sort_keys=True)


def _differences(was: Any, now: Any, path: str = "the verdict") -> Iterator[tuple[str, Any, Any]]:  # noqa: ANN401 - JSON
    """Yield where two values differ, and the two parts there."""
    if isinstance(was, dict) and isinstance(now, dict):
        for name in {**was, **now}:
            yield from _differences(was.get(name), now.get(name), name if path == "the verdict" else f"{path}.{name}")
    elif isinstance(was, list) and isinstance(now, list):
        for index, (one, other) in enumerate(zip_longest(was, now)):
            yield from _differences(one, other, f"{path}[{index}]")
    elif was != now:
        yield path, was, now


def _short(value: Any) -> str:  # noqa: ANN401 - as above
    return json.dumps(value)[:_SHOWN]


@contextmanager
def _kept_busy() -> Iterator[None]:
    """Let twice as many processes as there are processors compute without end meanwhile."""
    burn = [sys.executable, "-S", "-c", "while True: pass"]
    burners = [subprocess.Popen(burn) for _ in range(_BURNERS_PER_CORE * (os.cpu_count() or 1))]  # noqa: S603 - ours
    try:
        yield
    finally:
        for burner in burners:
            burner.kill()
        for burner in burners:
            burner.wait()


@contextmanager
def _left_alone() -> Iterator[None]:
    yield
