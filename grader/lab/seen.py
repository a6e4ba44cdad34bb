"""What the judge knows about one run: what its witness recorded, and what the running side reported."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from grader.lab.failure import Lane, LineNote, Segment
from grader.lab.observation import moment
from grader.lab.plain import result
from grader.lab.scenario import Answer
from grader.lab.words import duration, times

if TYPE_CHECKING:
    from grader.lab.observation import Happening, Observation, Place
    from grader.lab.scenario import Cast, Job, Scenario
    from grader.lab.witness import Entry, Witness

NANOSECONDS = 1_000_000_000
TOLERANCE = 1e-6
"""Simulated time is exact; this much is left for the rounding of binary fractions, in seconds."""

_CALL = "call"
_SOURCE_LIMIT = 500
_LANE_LIMIT = 60


@dataclass(frozen=True, slots=True)
class Measures:
    """The reference solution's figures for a check.

    Attributes:
        makespan: simulated seconds from call to return.
        peak: the most jobs or requests at once.
    """

    makespan: float
    peak: int


@dataclass(frozen=True, slots=True)
class Ending:
    """How the process that ran the scenario ended, as its supervisor saw it.

    Attributes:
        how: ``answered``; ``exited`` (by itself, without an answer); ``killed`` (by a signal); ``time`` (the time
            limit); ``invalid`` (its answer could not be read); ``lost`` (its supervisor was ended); ``budget`` (not
            run: earlier checks had used up the time).
        code: the exit status or signal number.
        strays: processes that it left behind.
        why: words for the report.
    """

    how: str
    code: int = 0
    strays: int = 0
    why: str = ""


@dataclass(frozen=True)
class Seen:
    """One run of a scenario, for expectations to judge.

    Attributes:
        scenario: what was played.
        cast: its random parts.
        witness: the judge's own record.
        observation: what was reported; None if nothing valid was.
        ending: how the process ended.
        source: the submission's lines.
        output: the end of what the program printed.
        reference: the reference solution's figures, if known.
        loads: whether the file could be imported at all; if not, every check of it has the same failure.
        flooded: whether it printed more than is kept.
    """

    scenario: Scenario
    cast: Cast
    witness: Witness
    observation: Observation
    ending: Ending
    source: list[str] = field(default_factory=list)
    output: str = ""
    reference: Measures | None = None
    loads: bool = True
    flooded: bool = False

    @property
    def ended(self) -> bool:
        """Whether the call came to an end by itself, so that its figures say something."""
        return self.ending.how == "answered" and self.loads and self.observation.outcome in {"returned", "raised"}

    @property
    def noun(self) -> str:
        """What the scenario's items are called: ``request``, ``job``, or as the suite calls its jobs."""
        return "request" if any(isinstance(item, Answer) for item in self.items) else self.cast.noun

    @property
    def items(self) -> list[Job | Answer]:
        """The jobs or cases as written."""
        return list(self.cast.items.values())

    @property
    def seconds(self) -> float:
        """Simulated seconds from call to return."""
        return self.observation.elapsed / NANOSECONDS

    @property
    def peak(self) -> int:
        """The most jobs or requests that were in progress at once, as witnessed."""
        return self.witness.peak

    @property
    def measures(self) -> Measures:
        """This run's own figures."""
        return Measures(round(self.seconds, 6), self.peak)

    @property
    def arguments(self) -> list[Any]:
        """The arguments of this run; in place of a random number, the number."""
        return list(self.cast.request["arguments"])

    def payloads(self) -> list[Any]:
        """What the jobs return, in their order; for cases, the results that are expected."""
        return [self._result(key) if key in self.cast.sent else self.cast.payloads[key] for key in self.cast.keys]

    def position(self, key: str) -> int:
        """Return which job or case `key` names, from 1; 0 for none."""
        return self.cast.keys.index(key) + 1 if key in self.cast.items else 0

    def ending_of_call(self) -> int:
        """Return how many announcements came before the call's return, by the witness's record."""
        for index, entry in enumerate(self.witness.entries):
            if entry.key == _CALL:
                return index
        return len(self.witness.entries)

    def before_return(self, kind: str) -> list[str]:
        """Return the keys of the entries of one kind that came before the call's return."""
        return [entry.key for entry in self.witness.entries[: self.ending_of_call()] if entry.kind == kind]

    def notes(self, key: str, event: str) -> list[Entry]:
        """Return what a job noted under `event`."""
        return [
            entry
            for entry in self.witness.entries
            if entry.kind == "note" and entry.key == key and entry.details.get("event") == event
        ]

    def line(self, number: int) -> str:
        """Return a line of the submission, stripped and of bounded length, or an empty string."""
        return self.source[number - 1].strip()[:_SOURCE_LIMIT] if 0 < number <= len(self.source) else ""

    def note(self, place: Place | None, words: str) -> list[LineNote]:
        """Return a note about a place, or none if the place isn't known."""
        return [] if place is None else self.note_line(place.line, words)

    def note_line(self, number: int, words: str) -> list[LineNote]:
        """Return a note about a line, or none if there is no such line, or nothing in it."""
        source = self.line(number)
        return [LineNote(number, source, words)] if source else []

    def where_time_went(self, limit: int = 3) -> list[LineNote]:
        """Name the lines that waited longest: the caller's first, then other threads' waits for locks."""
        own: dict[int, list[int]] = defaultdict(list)
        others: dict[int, list[int]] = defaultdict(list)
        for event in self.observation.events:
            if event.place is None or event.kind not in {"wait", "await"}:
                continue
            spent = spent_in(event)
            if spent <= 0:
                continue
            if self._is_caller(event):
                own[event.place.line].append(spent)
            elif event.data.get("wait") == "lock" or event.data.get("blocks_loop"):
                others[event.place.line].append(spent)
        ranked = [*_longest(own)[: limit - 1], *_longest(others)[: limit - 1]]
        return [note for line, spans in ranked[:limit] for note in self.note_line(line, _waited(spans))]

    def timeline(self) -> list[Lane]:
        """Return one lane per job or request that began, in their order; what never ended is drawn to the end."""
        kinds = {"job", "request"}
        kind = "request" if self.cast.sent else "job"
        segments: dict[str, list[Segment]] = defaultdict(list)
        for event in self.observation.events:
            if event.kind in kinds:
                began = event.time - spent_in(event)
                key = str(event.data.get("key"))
                line = event.place.line if event.place is not None else 0
                segments[key].append(Segment(began / NANOSECONDS, event.time / NANOSECONDS, event.kind, line=line))
        stop = self.observation.stop
        end = max(
            [event.time for event in self.observation.events] + ([stop.time] if stop is not None else []), default=0
        )
        for entry in self.witness.entries:
            if entry.kind == "begin" and entry.key not in segments and entry.time <= end:
                segments[entry.key] = [Segment(entry.time / NANOSECONDS, end / NANOSECONDS, "stuck" if stop else kind)]
        lanes = [Lane(f"{self.noun} {self.position(key)}", segments[key]) for key in self.cast.keys if key in segments]
        return lanes[:_LANE_LIMIT]

    def _is_caller(self, event: Happening) -> bool:
        return event.thread == 0 and event.task in (None, 1)

    def _result(self, key: str) -> dict[str, Any]:
        item: Any = self.cast.items[key]
        if item.kind == "answer":
            return result(item.status, self.cast.payloads[key], None)
        return result(None, None, "…")


def spent_in(event: Happening) -> int:
    """Return how many simulated nanoseconds an event that tells its beginning took."""
    return max(0, event.time - moment(event.data.get("began")))


def _longest(spans: dict[int, list[int]]) -> list[tuple[int, list[int]]]:
    return sorted(spans.items(), key=lambda pair: (-sum(pair[1]), pair[0]))


def _waited(spans: list[int]) -> str:
    if len(spans) == 1:
        return f"waited {duration(spans[0] / NANOSECONDS)}"
    if len(set(spans)) == 1:
        return f"waited {duration(spans[0] / NANOSECONDS)}, {times(len(spans))}"
    return f"waited {duration(sum(spans) / NANOSECONDS)} in all, {times(len(spans))}"
