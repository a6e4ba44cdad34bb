"""Expectations about the requests that were sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from grader.lab.expect._fail import fail
from grader.lab.expect._results import returned
from grader.lab.plain import shown
from grader.lab.words import count

if TYPE_CHECKING:
    from grader.lab.seen import Seen

_CLIP = 120
_HEADERS_QUESTION = "Does each request get the headers of its own case, and are they never shared?"


def sent_as_asked(seen: Seen) -> None:
    """Expect that each case was sent exactly once, with its own headers and JSON.

    Raises:
        Failure: one was not sent, sent twice, or sent with something else.
    """
    returned(seen)
    sent_once(seen)
    for key, case in seen.cast.sent.items():
        got = seen.witness.details(key)
        position = seen.position(key)
        if got.get("json") != case["payload"]:
            fail(
                seen,
                f"Case {position} was sent with the wrong body.",
                observed=_body_words(got),
                expected=f"its own payload as JSON: {_clip(case['payload'])}",
                question="Is the payload passed as `json=`, and is it this case's own?",
            )
        for name, text in case["headers"].items():
            arrived = _header(got, name)
            if arrived != text:
                fail(
                    seen,
                    f"Case {position} was sent with the wrong headers.",
                    observed=_header_words(seen, name, arrived),
                    expected=f"its own {name}: {_clip(text)}",
                    question=_HEADERS_QUESTION,
                )
        _require_no_others(seen, key, got)


def _require_no_others(seen: Seen, key: str, got: dict[str, Any]) -> None:
    """Expect no header that only other cases have; headers of the library's own are fine."""
    own = seen.cast.sent[key]["headers"]
    for case in seen.cast.sent.values():
        for name in case["headers"]:
            arrived = _header(got, name)
            if name not in own and arrived is not None:
                fail(
                    seen,
                    f"Case {seen.position(key)} was sent with the wrong headers.",
                    observed=_header_words(seen, name, arrived),
                    expected=f"no {name}, which this case doesn't have",
                    question=_HEADERS_QUESTION,
                )


def all_sent(seen: Seen, verdict: str, question: str = "When does the time of a request begin?") -> None:
    """Expect that every case was sent.

    Raises:
        Failure: one was not; `verdict` says so, and `question` points to the likely cause.
    """
    begun = seen.witness.keys("begin")
    missing = [key for key in seen.cast.keys if key not in begun]
    if missing:
        fail(
            seen,
            verdict,
            observed=f"case {seen.position(missing[0])} was never sent; {_share(seen, begun)}",
            expected="every case, once",
            timeline=seen.timeline(),
            question=question,
        )


def sent_once(seen: Seen) -> None:
    """Expect that each case was sent exactly once.

    Raises:
        Failure: one was sent twice, or never.
    """
    repeated = seen.witness.keys("repeat")
    if repeated:
        fail(
            seen,
            f"Case {seen.position(repeated[0])} was sent more than once.",
            observed=f"its server got {repeated.count(repeated[0]) + 1} requests",
            expected="one request per case, also when it fails",
            question="Is the request made in two places, or tried again?",
        )
    begun = seen.witness.keys("begin")
    for key in seen.cast.keys:
        if key not in begun:
            fail(
                seen,
                f"Case {seen.position(key)} was never sent.",
                observed=f"{_share(seen, begun)} sent",
                expected="every case, once",
                question="What skips this one?",
            )


def _share(seen: Seen, begun: list[str]) -> str:
    return f"{len(begun)} of {count(len(seen.cast.keys), 'case')} {'was' if len(begun) == 1 else 'were'}"


def _body_words(got: dict[str, Any]) -> str:
    if got.get("json") is not None:
        return f"JSON {_clip(got['json'])}"
    return f"not JSON: {_clip(got['body'])}" if got.get("body") else "no body"


def _header(got: dict[str, Any], name: str) -> Any:  # noqa: ANN401 - any JSON value
    headers = got.get("headers")
    return headers.get(name.lower()) if isinstance(headers, dict) else None


def _header_words(seen: Seen, name: str, arrived: Any) -> str:  # noqa: ANN401 - any JSON value
    if arrived is None:
        return f"no {name}"
    owners = [seen.position(key) for key, case in seen.cast.sent.items() if case["headers"].get(name) == arrived]
    return f"{name}: {_clip(arrived)}" + (f", which is that of case {owners[0]}" if owners else "")


def _clip(value: Any) -> str:  # noqa: ANN401 - a plain value
    text = shown(value)
    return text if len(text) <= _CLIP else text[: _CLIP - 1] + "…"
