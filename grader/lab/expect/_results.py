"""Expectations about what a call returned or raised."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from grader.lab.expect._fail import fail
from grader.lab.plain import shown
from grader.lab.words import count

if TYPE_CHECKING:
    from grader.lab.observation import Raised
    from grader.lab.scenario import Answer
    from grader.lab.seen import Seen

_CLIP = 160
_HTTP_ERROR = 400
_FAILED_REQUEST = frozenset({"RequestException", "ClientError", "TimeoutError"})


def returned(seen: Seen) -> Any:  # noqa: ANN401 - any plain value
    """Expect that the call returned; give what it returned.

    Raises:
        Failure: it raised instead.
    """
    error = seen.observation.error
    if error is None:
        return seen.observation.value
    words = f"{error.kind}: {error.text}" if error.text else f"{error.kind}"
    if seen.cast.sent and any(_FAILED_REQUEST & set(leaf.kinds) for leaf in _leaves(error)):
        fail(
            seen,
            "A failed request raised an error instead of becoming a result.",
            observed=f"raised {words} {_group_words(error)}".rstrip(),
            expected="a result with an error, and the results of all other cases",
            lines=seen.note(error.place, f"{error.kind} came from here"),
            question="Where is the error of one request caught?",
        )
    fail(
        seen,
        f"It raised {words}" if error.text else f"It raised {words}.",
        observed=_group_words(error),
        expected="no error",
        lines=seen.note(error.place, f"{error.kind} came from here"),
        question=_error_question(error),
    )


def value(seen: Seen, wanted: Any, verdict: str, question: str = "", *, part: str = "") -> None:  # noqa: ANN401 - any plain value
    """Expect that the call returned exactly `wanted`, or that this `part` of a dictionary is.

    Raises:
        Failure: it raised, or returned something else.
    """
    got = returned(seen)
    if part:
        got = got.get(part) if isinstance(got, dict) else None
    if got != wanted:
        fail(seen, verdict, observed=f"returned {_clip(got)}", expected=_clip(wanted), question=question)


def results(seen: Seen) -> None:
    """Expect a list with the result of every job or case, in their order.

    Raises:
        Failure: something is missing, wrong or out of order.
    """
    got = returned(seen)
    wanted = seen.payloads()
    noun = seen.noun if seen.noun == "job" else "case"
    if not isinstance(got, list):
        fail(
            seen,
            "It did not return a list.",
            observed=f"returned {_clip(got)}",
            expected=f"a list with {count(len(wanted), 'result')}",
            question="Is there a `return` with the list of results?",
        )
    if len(got) != len(wanted):
        fail(
            seen,
            f"It returned {count(len(got), 'result')} for {count(len(wanted), noun)}.",
            observed=f"returned {_clip(got)}",
            expected=f"one result per {noun}",
            question=f"Is a result lost, or added twice, for some {noun}?",
        )
    wrong = [index for index, pair in enumerate(zip(got, wanted, strict=True)) if not _same(*pair)]
    if wrong:
        _fail_wrong(seen, got, wanted, wrong[0])


def empty_for_none(seen: Seen) -> None:
    """Expect, of a play that calls with items and then without any, that the second call returned an empty list.

    Raises:
        Failure: it returned something else.
    """
    got = returned(seen)
    if not isinstance(got, list) or got[-1] != []:
        fail(
            seen,
            "Without anything to do, it did not return an empty list.",
            observed=f"returned {_clip(got[-1] if isinstance(got, list) else got)} for an empty list",
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
            observed=f"returned {_clip(seen.observation.value)}",
            expected=f"the error that {job} raised",
            question="What happens to an error that is raised in a thread or task of its own?",
        )
    candidates = _leaves(error) if or_group else [error]
    if not any(item.kind == "JobError" and item.text == payload for item in candidates):
        others = [index for index, key in enumerate(seen.cast.keys) if _raised(error, seen.cast.payloads[key])]
        observed = f"raised the error of job {others[0] + 1}" if others else f"raised {error.kind}: {error.text}"
        fail(
            seen,
            "It raised the wrong error.",
            observed=observed,
            expected=f"the error that {job} raised, itself",
            lines=seen.note(error.place, f"{error.kind} came from here"),
            question="Is the first failure in job order raised, and not the first in time?" if others else "",
        )


def _fail_wrong(seen: Seen, got: list[Any], wanted: list[Any], index: int) -> None:
    noun = seen.noun if seen.noun == "job" else "case"
    if _same_in_any_order(got, wanted):
        ends = [seen.position(key) - 1 for key in seen.witness.keys("end")]
        in_finishing_order = len(ends) == len(got) and all(
            _same(item, wanted[end]) for item, end in zip(got, ends, strict=True)
        )
        order = f"the order in which the {noun}s finished" if in_finishing_order else f"another order than the {noun}s"
        fail(
            seen,
            f"The results are in {order}.",
            observed=f"the result of {noun} {wanted.index(got[0]) + 1 if got[0] in wanted else '?'} came first",
            expected=f"the result of {noun} 1 first, then of {noun} 2, and so on",
            timeline=seen.timeline(),
            question="How does each result find its own place in the list?",
        )
    fail(
        seen,
        _wrong_verdict(noun, index, got[index], wanted[index]),
        observed=f"{_clip(got[index])}",
        expected=_wanted_words(seen, index, wanted[index]),
        question=_wrong_question(got, index),
    )


def _same_in_any_order(got: list[Any], wanted: list[Any]) -> bool:
    rest = list(wanted)
    for item in got:
        found = next((index for index, other in enumerate(rest) if _same(item, other)), None)
        if found is None:
            return False
        del rest[found]
    return True


def _wrong_verdict(noun: str, index: int, got: Any, wanted: Any) -> str:  # noqa: ANN401 - plain values
    if isinstance(wanted, dict) and wanted.get("$") == "result" and isinstance(got, dict) and got.get("$") == "result":
        status, body, _ = got["fields"]
        wanted_status, wanted_body, wanted_error = wanted["fields"]
        if wanted_error is None and wanted_status >= _HTTP_ERROR and status != wanted_status:
            return "An HTTP error status was not kept as a result."
        if isinstance(wanted_body, dict) and isinstance(body, str):
            return "The body was not parsed from JSON."
        if isinstance(body, dict) and body.get("type") == "coroutine":
            return "The body was not awaited."
    return f"The result of {noun} {index + 1} is wrong."


def _wanted_words(seen: Seen, index: int, wanted: Any) -> str:  # noqa: ANN401 - a plain value
    item: Answer | Any = seen.items[index]
    if getattr(item, "kind", "answer") != "answer":
        return "ApiResult(None, None, <a text that says what went wrong>)"
    return _clip(wanted)


def _wrong_question(got: list[Any], index: int) -> str:
    if len(got) > 1 and all(item == got[index] for item in got):
        return "All results are the same: do the jobs share one variable?"
    if got[index] is None:
        return "Is this place in the list ever filled?"
    if isinstance(got[index], dict) and got[index].get("type") == "coroutine":
        return "Is there an `await` missing?"
    return ""


def _same(got: Any, wanted: Any) -> bool:  # noqa: ANN401 - plain values
    """Compare strictly by type; an error text may be any text that isn't empty."""
    if isinstance(got, dict) and isinstance(wanted, dict) and wanted.get("$") == "result" and got.get("$") == "result":
        status, body, error = got["fields"]
        if wanted["fields"][2] is not None:
            return status is None and body is None and isinstance(error, str) and bool(error)
        return type(status) is int and [status, body, error] == wanted["fields"]
    return type(got) is type(wanted) and bool(got == wanted)


def _leaves(error: Raised) -> list[Raised]:
    return [error] if not error.inner else [leaf for item in error.inner for leaf in _leaves(item)]


def _raised(error: Raised, payload: Any) -> bool:  # noqa: ANN401 - a plain value
    return any(item.text == payload for item in _leaves(error))


def _group_words(error: Raised) -> str:
    leaves = _leaves(error)
    return "" if leaves == [error] else "; ".join(f"{item.kind}: {item.text}" for item in leaves[:3])


def _error_question(error: Raised) -> str:
    if "NotSimulatedError" in error.kinds:
        return "Does the task need this call at all?"
    if "CancelledError" in error.kinds:
        return "Which task was cancelled, and by whom?"
    return ""


def _clip(value: Any) -> str:  # noqa: ANN401 - a plain value
    text = shown(value)
    return text if len(text) <= _CLIP else text[: _CLIP - 1] + "…"
