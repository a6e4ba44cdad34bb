"""What went wrong before there was anything to expect: nothing written, no such function, a program without an end."""

from __future__ import annotations

import difflib
import signal
from typing import TYPE_CHECKING

from grader.lab.failure import Failure, FailureData
from grader.lab.standstill import likely_cause, lines_that_wait, who_waits
from grader.lab.wire import MISREAD
from grader.lab.words import duration, join_words

if TYPE_CHECKING:
    from grader.lab.observation import Raised
    from grader.lab.seen import Seen

_NS = 1_000_000_000
_NAMES_COMPARED = 20
_TOO_LONG_TO_NAME = 8


def require_an_end(seen: Seen) -> None:
    """Raise a failure unless the call returned or raised by itself.

    Raises:
        Failure: it didn't; the failure names the event.
    """
    data = _problem(seen)
    if data is not None:
        raise Failure(data)


def _problem(seen: Seen) -> FailureData | None:
    if seen.ending.how != "answered":
        return _ended(seen)
    outcomes = {
        "unloadable": _unloadable,
        "missing": _missing,
        "runaway": _runaway,
        "stopped": _stopped,
        "tampered": _tampered,
    }
    told = outcomes.get(seen.observation.outcome)
    return told(seen) if told is not None else _beside(seen)


def _beside(seen: Seen) -> FailureData | None:
    """Tell what makes it pointless to ask for more, although the call has returned or raised."""
    observation = seen.observation
    error = observation.error
    if error is not None and "NotImplementedError" in error.kinds and _is_raised_there(seen, error):
        return _not_started(seen, error)
    if error is not None and "SystemExit" in error.kinds:
        return _exit(seen, error)
    if observation.unserved:
        return _unserved(seen, observation.unserved)
    if observation.faults:
        return _faulty(seen, observation.faults)
    return None


def _ended(seen: Seen) -> FailureData:
    ending = seen.ending
    when = "before it had an answer" if seen.loads else "while its file was imported"
    match ending.how:
        case "exited":
            verdict = f"Your program ended Python itself, with exit status {ending.code}, {when}."
            question = "Is there an os._exit() somewhere? Return from the function instead."
        case "killed":
            verdict = f"Your program was ended by the signal {_signal(ending.code)} {when}."
            question = _signal_question(ending.code)
        case "time":
            verdict = f"Your program did not come to an end: it was stopped after {ending.why} of real time."
            question = (
                "Waiting costs no real time here. Is there a loop that never ends, or a call that blocks for ever?"
            )
        case "budget":
            verdict = f"This check was not run: earlier ones had used up the exercise's {ending.why} of real time."
            question = "Waiting costs no real time here. Which loop never ends?"
        case "lost":
            verdict = "The processes that watch your program were ended while it ran."
            question = "Does your program send signals to processes that are not its own?"
        case _:
            verdict = f"Your program's answer could not be read: {ending.why}."
            question = "Does your program write to files or sockets that it did not open?"
    return FailureData(
        verdict=verdict,
        called=seen.scenario.called if seen.loads else "",
        question=question,
        kind="event" if seen.loads else "unloadable",
        output=seen.output,
    )


def _unloadable(seen: Seen) -> FailureData:
    error = seen.observation.error
    kind = error.kind if error is not None else "an error"
    text = f": {error.text}" if error is not None and error.text else "."
    place = error.place if error is not None else None
    line = place.line if place is not None else 0
    where = f" in line {line}" if line else ""
    kinds = error.kinds if error is not None else []
    if "SyntaxError" in kinds:
        verdict = f"The file is not valid Python{where}{text}"
        question = "Does Python itself accept the file? Run it to see."
    elif "SystemExit" in kinds:
        verdict = f"The file calls sys.exit(){where} while it is imported."
        question = 'Should the call go below `if __name__ == "__main__":`?'
    elif "ImportError" in kinds:
        verdict = f"The file can't be imported{f', because of line {line}' if line else ''}{text}"
        question = "Only this one file is graded, with the standard library, requests, aiohttp and h11."
    else:
        verdict = f"The file raises {kind}{where} while it is imported{text}"
        question = 'Is there code outside of functions that should go below `if __name__ == "__main__":`?'
    return FailureData(
        verdict=verdict,
        lines=seen.note(place, ""),
        question=question,
        kind="unloadable",
        output=seen.output,
    )


def _missing(seen: Seen) -> FailureData:
    error = seen.observation.error
    wanted = (error.text if error is not None else "") or seen.scenario.function
    what = "class" if wanted[:1].isupper() else "function"
    names = seen.observation.names[:_NAMES_COMPARED]
    near = difflib.get_close_matches(wanted, names, n=1, cutoff=0.5)
    more = [f"{len(names) - _TOO_LONG_TO_NAME} more"] if len(names) > _TOO_LONG_TO_NAME else []
    return FailureData(
        verdict=f"The file has no {what} {wanted}.",
        called=seen.scenario.called,
        observed=f"it defines {join_words(names[:_TOO_LONG_TO_NAME] + more) or 'no function and no class'}",
        expected="the names of the stub",
        question=f"Is {near[0]} meant to be {wanted}?" if near else "Has it been renamed or deleted?",
        output=seen.output,
    )


def _runaway(seen: Seen) -> FailureData:
    place = seen.observation.place
    where = f"line {place.line}" if place is not None else "code outside your file"
    return FailureData(
        verdict=f"Your program computed without end, in {where}, and had to be stopped.",
        called=seen.scenario.called if seen.loads else "",
        lines=seen.note(place, "was running when it was stopped"),
        question="Waiting costs no real time here, so this is a loop that never ends. What should end it?",
        kind="event" if seen.loads else "unloadable",
        output=seen.output,
    )


def _tampered(seen: Seen) -> FailureData:
    return FailureData(
        verdict="Your program changed the grader itself, so nothing that it did can be judged.",
        called=seen.scenario.called if seen.loads else "",
        observed=f"{next(iter(seen.observation.names), 'something')} is not what it was",
        expected="it is left as it is",
        question="Does your program set attributes of modules or classes that are not its own?",
        kind="event" if seen.loads else "unloadable",
        output=seen.output,
    )


def _is_raised_there(seen: Seen, error: Raised) -> bool:
    """Tell whether the error stands in the file itself: a library raises it, too, for what a platform doesn't have."""
    return error.place is None or "NotImplementedError" in (seen.line(error.place.line) or "NotImplementedError")


def _exit(seen: Seen, error: Raised) -> FailureData:
    where = f" in line {error.place.line}" if error.place is not None else ""
    return FailureData(
        verdict=f"Your program called sys.exit(){where}, which ends a whole program.",
        called=seen.scenario.called,
        expected="the function returns, or raises an error of its own kind",
        lines=seen.note(error.place, "ended it"),
        question="Should this be a `return`?",
        kind="event",
        output=seen.output,
    )


def _not_started(seen: Seen, error: Raised) -> FailureData:
    return FailureData(
        verdict="Not started yet.",
        called=seen.scenario.called,
        observed=error.text,
        lines=seen.note(error.place, ""),
        kind="not_started",
    )


def _unserved(seen: Seen, unserved: list[str]) -> FailureData:
    if unserved[0].startswith(MISREAD):
        return FailureData(
            verdict="A server could not understand what was sent to it.",
            called=seen.scenario.called,
            observed=unserved[0],
            expected="a request of HTTP/1.1, as h11 writes it",
            question="Are the bytes that h11's send() returns all sent, once, in their order, and nothing else?",
            output=seen.output,
        )
    # Where there are answers and no cases, a url alone has been given.
    alone = seen.noun == "request" and not seen.cast.sent
    return FailureData(
        verdict="A request went somewhere else than to the url that was given."
        if alone
        else "A request went somewhere that no case asks for.",
        called=seen.scenario.called,
        observed=unserved[0],
        expected=f"a POST to the url {'that was given' if alone else 'of each case'}, and to nothing else",
        question="Is it a POST, and to that very url?" if alone else "Is the URL, or the method, the case's own?",
        output=seen.output,
    )


def _faulty(seen: Seen, faults: list[str]) -> FailureData:
    """Say that the running side reports a fault of its own. It can't be believed, so it is no `error`."""
    return FailureData(
        verdict="The mock API says that it failed.",
        called=seen.scenario.called,
        observed=faults[0],
        question="If your program doesn't reach into the grader, show this to whoever runs the course.",
        kind="event",
        output=seen.output,
    )


def _stopped(seen: Seen) -> FailureData:
    stop = seen.observation.stop
    endless = stop is not None and stop.reason == "endless"
    after = f"after {duration(stop.time / _NS)} of simulated time" if stop is not None else ""
    if endless:
        verdict = f"Your program never ends: it was still waiting {after}."
    else:
        verdict = "Your program waits for ever: nothing can run, and nothing will happen any more."
    return FailureData(
        verdict=verdict,
        called=seen.scenario.called if seen.loads else "",
        observed="; ".join([*([after] if after else []), *who_waits(stop)]),
        lines=lines_that_wait(seen, stop),
        timeline=seen.timeline(),
        question="What should end the loop that waits again and again?" if endless else likely_cause(seen, stop),
        kind="event" if seen.loads else "unloadable",
        output=seen.output,
    )


def _signal(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return str(number)


def _signal_question(number: int) -> str:
    if number == getattr(signal, "SIGXCPU", -1):
        return "It computed without end. What should end the loop?"
    if number == signal.SIGKILL:
        return "Did it use up all memory, or end itself?"
    return "Did it end itself, or crash an extension module?"
