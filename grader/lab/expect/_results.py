"""Expectations about what a call returned or raised."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from grader.lab.expect._fail import fail
from grader.lab.plain import comparable, result, shown
from grader.lab.words import count, duration, join_words

if TYPE_CHECKING:
    from grader.lab.observation import Raised
    from grader.lab.seen import Seen

_CLIP = 160
_HTTP_ERROR = 400
_FIELDS = 3
_UNFINISHED = {
    "coroutine": "Is there an `await` missing?",
    "Task": "Is there an `await` missing?",
    "Future": "Is this the future itself, and not its result?",
}
_FAILED_REQUEST = frozenset({"RequestException", "ClientError", "TimeoutError"})


def returned(seen: Seen) -> Any:  # noqa: ANN401, RET503 - any plain value; `fail` raises
    """Expect that the call returned; give what it returned.

    Raises:
        Failure: it raised instead.
    """
    error = seen.observation.error
    if error is None:
        return seen.observation.value
    leaves = _leaves(error)
    origin = leaves[0]
    held = "; ".join(_words(item) for item in leaves[:3]) if error.inner else ""
    lines = seen.note(origin.place or error.place, f"{origin.kind} came from here")
    if seen.cast.sent and any(_FAILED_REQUEST & set(leaf.kinds) for leaf in leaves):
        fail(
            seen,
            "A failed request raised an error instead of becoming a result.",
            observed=f"raised {_words(error)}" + (f", with {held}" if held else ""),
            expected="a result with an error, and the results of all other cases",
            lines=lines,
            question="Where is the error of one request caught?",
        )
    if "NotSimulatedError" in origin.kinds:
        verdict = f"It made a call that can't be judged here: {origin.text}"
    else:
        verdict = f"It raised {_words(error)}" if error.text else f"It raised {error.kind}."
    fail(
        seen,
        verdict,
        observed=f"it holds {held}" if held else "",
        expected="no error",
        lines=lines,
        question=_error_question(origin),
    )


def value(seen: Seen, wanted: Any, verdict: str, question: str = "", *, part: str = "") -> None:  # noqa: ANN401 - any plain value
    """Expect that the call returned exactly `wanted`, or that this `part` of a dictionary is. Bytes may be in it.

    Raises:
        Failure: it raised, or returned something else; of a long value, the first difference is shown.
    """
    got, wanted = returned(seen), comparable(wanted)
    if part:
        got = got.get(part) if isinstance(got, dict) else None
    if same(got, wanted):
        return
    observed, expected = f"returned {shown(got)}", shown(wanted)
    if max(len(observed), len(expected)) > _CLIP:
        where, inner_got, inner_wanted = _difference(got, wanted)
        place = f"result{where} is " if where else ""
        observed, expected = f"{place or 'returned '}{clip(inner_got)}", f"{place}{clip(inner_wanted)}"
    fail(seen, verdict, observed=observed, expected=expected, question=question)


def results(seen: Seen) -> None:
    """Expect a list with the result of every job or case, in their order.

    Raises:
        Failure: something is missing, wrong or out of order.
    """
    got = returned(seen)
    wanted = seen.payloads()
    noun = _noun(seen)
    if not isinstance(got, list):
        fail(
            seen,
            "It did not return a list.",
            observed=f"returned {clip(got)}",
            expected=f"a list with {count(len(wanted), 'result')}",
            question="Is there a `return` with the list of results?",
        )
    if len(got) != len(wanted):
        fail(
            seen,
            f"It returned {count(len(got), 'result')} for {count(len(wanted), noun)}.",
            observed=f"returned {clip(got)}",
            expected=f"one result per {noun}",
            question=f"Is a result lost, or added twice, for some {noun}?",
        )
    wrong = [index for index, pair in enumerate(zip(got, wanted, strict=True)) if not same(*pair)]
    if wrong:
        _fail_wrong(seen, got, wanted, wrong[0])


def empty_for_none(seen: Seen) -> None:
    """Expect, of a play that calls with items and then without any, that the second call returned an empty list.

    Raises:
        Failure: it returned something else.
    """
    got = returned(seen)
    second = got[-1] if isinstance(got, list) and got else got
    if second != []:
        fail(
            seen,
            "Without anything to do, it did not return an empty list.",
            observed=f"returned {clip(second)} for an empty list",
            expected="[]",
            question="What happens when the list is empty?",
        )


def raised_by(seen: Seen, position: int, *, or_group: bool = False) -> None:
    """Expect that the error of the job at `position` (from 0) came out of the call, itself or (`or_group`) in a group.

    Raises:
        Failure: nothing was raised, or another error.
    """
    payload = seen.cast.payloads[seen.cast.keys[position]]
    error = seen.observation.error
    job = f"job {position + 1}"
    if error is None:
        fail(
            seen,
            f"The error of {job} was lost.",
            observed=f"returned {clip(seen.observation.value)}",
            expected=f"the error that {job} raised",
            question="Where does the job's error go: is it caught, or raised where nobody waits for it?"
            if seen.scenario.processes is None
            else "What happens to an error that is raised in a process of its own?",
        )
    leaves = _leaves(error)
    candidates = leaves if or_group else [error]
    if any(item.kind == "JobError" and item.text == payload for item in candidates):
        return
    texts = {item.text for item in leaves}
    jobs = [str(number) for number, key in enumerate(seen.cast.keys, 1) if seen.cast.payloads[key] in texts]
    of_jobs = f"the error{'s' if len(jobs) > 1 else ''} of job{'s' if len(jobs) > 1 else ''} {join_words(jobs)}"
    if not jobs:
        observed, question = f"raised {_words(error)}", "Where does this error come from, and where does the job's go?"
    elif error.inner:
        observed, question = f"raised {error.kind}, which holds {of_jobs}", "Which one of them has to come out?"
    elif str(position + 1) in jobs:
        observed, question = f"raised {error.kind} with the text of that error", "Is the error itself raised again?"
    else:
        observed = f"raised {of_jobs}"
        question = "Is the first failure in job order raised, and not the first in time?"
    fail(
        seen,
        "It raised the wrong error.",
        observed=observed,
        expected=f"the error that {job} raised, itself",
        lines=seen.note(error.place, f"{error.kind} came from here"),
        question=question,
    )


def raised(seen: Seen, kind: str, verdict: str, question: str = "") -> None:
    """Expect that an error of a `kind`, the name of a class or of a base of it, came out of the call.

    Raises:
        Failure: nothing was raised (`verdict` says so), or another error.
    """
    error = seen.observation.error
    if error is None:
        fail(
            seen,
            verdict,
            observed=f"returned {clip(seen.observation.value)} after {duration(seen.seconds)}",
            expected=f"{kind} raised",
            lines=seen.where_time_went(),
            question=question,
        )
    if kind not in error.kinds:
        fail(
            seen,
            "It raised the wrong error.",
            observed=f"raised {_words(error)}",
            expected=f"{kind} raised",
            lines=seen.note(error.place, f"{error.kind} came from here"),
            question=_error_question(error) or question,
        )


def some_error(seen: Seen, verdict: str, *, expected: str, question: str) -> None:
    """Expect that the call raised an error, whichever.

    Raises:
        Failure: it returned instead; `verdict` says so.
    """
    if seen.observation.error is None:
        fail(seen, verdict, observed=f"returned {clip(seen.observation.value)}", expected=expected, question=question)


def raised_or_results(seen: Seen, *, lost: int) -> None:
    """Expect an error, whichever, or a list with a result for every case; those that were lost have an error.

    Args:
        seen: the run.
        lost: position of a case, from 0, whose process was killed: it can't have an answer.

    Raises:
        Failure: the call returned something else.
    """
    if seen.observation.error is not None:
        return
    got, wanted = seen.observation.value, seen.payloads()
    none = result(None, None, "…")
    if not isinstance(got, list) or len(got) != len(wanted):
        fail(
            seen,
            "A case was lost without an error.",
            observed=f"returned {clip(got)}",
            expected=f"an error, or {count(len(wanted), 'result')}",
            question="What happens to the case whose process is killed?",
        )
    for index, item in enumerate(got):
        if not (same(item, none) or (index != lost and same(item, wanted[index]))):
            fail(
                seen,
                f"The result of case {index + 1} is wrong.",
                observed=clip(item),
                expected="an error that is raised, or ApiResult(None, None, <a text>) for what was lost",
                question="What happens to the case whose process is killed?",
            )


def _fail_wrong(seen: Seen, got: list[Any], wanted: list[Any], index: int) -> None:
    noun = _noun(seen)
    whose = _matched(got, wanted)
    if whose is not None:
        ends = [seen.position(key) - 1 for key in seen.witness.keys("end")]
        order = f"the order in which the {noun}s finished" if whose == ends else f"another order than the {noun}s"
        fail(
            seen,
            f"The results are in {order}.",
            observed=f"result {index + 1} is that of {noun} {whose[index] + 1}",
            expected=f"the result of {noun} 1 first, then of {noun} 2, and so on",
            timeline=seen.timeline(),
            question="How does each result find its own place in the list?",
        )
    fail(
        seen,
        _wrong_verdict(noun, index, got[index], wanted[index]),
        observed=f"{clip(got[index])}",
        expected=_wanted_words(seen, index, wanted[index]),
        question=_wrong_question(seen, got, index),
    )


def _is_error(got: Any) -> bool:  # noqa: ANN401 - a plain value
    fields = _fields(got)
    return fields is not None and fields[0] is None and bool(fields[2])


def _lost_answer_question(seen: Seen, key: str) -> str:
    """Ask for the cause of an error where the server did, or would have done, its part."""
    if key in seen.witness.keys("end"):
        return "The server had answered in full: what became of its answer?"
    if key not in seen.witness.keys("begin"):
        return "The server never had a whole request: what kept it from being sent?"
    return "The server would have answered: who gave the request up, and why?"


def _matched(got: list[Any], wanted: list[Any]) -> list[int] | None:
    """Return whose result each item is, if the items are all the results in some order."""
    rest = dict(enumerate(wanted))
    found: list[int] = []
    for item in got:
        position = next((number for number, other in rest.items() if same(item, other)), None)
        if position is None:
            return None
        del rest[position]
        found.append(position)
    return found


def _wrong_verdict(noun: str, index: int, got: Any, wanted: Any) -> str:  # noqa: ANN401 - plain values
    fields, wanted_fields = _fields(got), _fields(wanted)
    if fields is not None and wanted_fields is not None:
        (status, body, _), (wanted_status, wanted_body, wanted_error) = fields, wanted_fields
        if wanted_error is None and wanted_status >= _HTTP_ERROR and status != wanted_status:
            return "An HTTP error status was not kept as a result."
        if isinstance(wanted_body, dict) and isinstance(body, str):
            return "The body was not parsed from JSON."
        if _type(body) == "coroutine":
            return "The body was not awaited."
    return f"The result of {noun} {index + 1} is wrong."


def _wanted_words(seen: Seen, index: int, wanted: Any) -> str:  # noqa: ANN401 - a plain value
    if getattr(seen.items[index], "kind", "answer") != "answer":
        return "ApiResult(None, None, <a text that says what went wrong>)"
    return clip(wanted)


def _wrong_question(seen: Seen, got: list[Any], index: int) -> str:
    if seen.cast.keys[index] in seen.witness.keys("repeat"):
        return f"Why is {seen.noun} {index + 1} called twice? Only the first call has a result."
    if got[index] is None:
        return "Is this place in the list ever filled?"
    if seen.cast.sent and _is_error(got[index]):
        return _lost_answer_question(seen, seen.cast.keys[index])
    if _type(got[index]) in _UNFINISHED:
        return _UNFINISHED[_type(got[index])]
    if len(got) > 1 and all(item == got[index] for item in got):
        return "All results are the same: do the jobs share one variable?"
    return ""


def same(got: Any, wanted: Any) -> bool:  # noqa: ANN401 - plain values
    """Compare strictly by type; an error text may be any text that isn't empty."""
    wanted_fields = _fields(wanted)
    if wanted_fields is not None:
        fields = _fields(got)
        if fields is not None and wanted_fields[2] is not None:
            return fields[:2] == [None, None] and isinstance(fields[2], str) and bool(fields[2])
        return fields is not None and type(fields[0]) is int and fields == wanted_fields
    if isinstance(got, list) and isinstance(wanted, list):
        return len(got) == len(wanted) and all(map(same, got, wanted))
    if isinstance(got, dict) and isinstance(wanted, dict):
        return got.keys() == wanted.keys() and all(same(got[key], wanted[key]) for key in wanted)
    return type(got) is type(wanted) and bool(got == wanted)


def _difference(got: Any, wanted: Any) -> tuple[str, Any, Any]:  # noqa: ANN401 - plain values
    """Return where two values first differ, as an index, and what is there in each."""
    if isinstance(got, list) and isinstance(wanted, list) and len(got) == len(wanted):
        places: list[Any] = list(range(len(got)))
    elif isinstance(got, dict) and isinstance(wanted, dict) and got.keys() == wanted.keys() and "$" not in got:
        places = list(wanted)
    else:
        return "", got, wanted
    place = next(place for place in places if not same(got[place], wanted[place]))
    where, inner_got, inner_wanted = _difference(got[place], wanted[place])
    return f"[{place!a}]{where}", inner_got, inner_wanted


def _fields(value: Any) -> list[Any] | None:  # noqa: ANN401 - a plain value
    """Return status, body and error of an `ApiResult`, or None if it is none."""
    fields = value.get("fields") if isinstance(value, dict) and value.get("$") == "result" else None
    return fields if isinstance(fields, list) and len(fields) == _FIELDS else None


def _type(value: Any) -> str:  # noqa: ANN401 - a plain value
    """Return the name of an object's class that isn't plain, else an empty string."""
    return str(value.get("type")) if isinstance(value, dict) and value.get("$") == "opaque" else ""


def _leaves(error: Raised) -> list[Raised]:
    """Return the errors in a group, or the error itself if it is none."""
    leaves, groups = [], [error]
    while groups:
        item = groups.pop(0)
        if item.inner:
            groups = [*item.inner, *groups]
        else:
            leaves.append(item)
    return leaves


def _noun(seen: Seen) -> str:
    return "case" if seen.cast.sent else "job"


def _words(error: Raised) -> str:
    return f"{error.kind}: {error.text}" if error.text else error.kind


def _error_question(error: Raised) -> str:
    if "NotSimulatedError" in error.kinds:
        return "Does the task need this call at all?"
    if "CancelledError" in error.kinds:
        return "Which task was cancelled, and by whom?"
    if "pickle" in error.text:
        return "Is everything that goes to a process, or comes from it, data or a function at the top of a file?"
    return ""


def clip(value: Any) -> str:  # noqa: ANN401 - a plain value
    """Write a plain value, clipped."""
    text = shown(value)
    return text if len(text) <= _CLIP else text[: _CLIP - 1] + "…"
