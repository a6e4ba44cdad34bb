"""Tests of the expectations about the requests that were sent."""

from __future__ import annotations

from typing import Any

import pytest

from grader.lab import call, cases, expect
from grader.tests.lab.hand_made import Story, failure_of, raised, told

THREE = call("send_all", cases(3, seconds=1))


def sent(story: Story, position: int, **changed: Any) -> Story:  # noqa: ANN401 - any JSON value
    """Let a request arrive as it was asked for, but for what is changed."""
    case = story.cast.sent[story.cast.keys[position]]
    headers = {name.lower(): text for name, text in case["headers"].items()}
    return story.begin(position, **{"json": case["payload"], "headers": headers, **changed}).end(position, 1)


def all_sent(**changed: Any) -> Story:  # noqa: ANN401 - any JSON value
    """Let all three arrive; what is changed is changed in the second."""
    story = Story(THREE)
    sent(story, 0)
    sent(story, 1, **changed)
    return sent(story, 2)


def test_each_case_as_asked() -> None:
    """Each case, once, with its own headers and JSON, is what was asked for."""
    seen = all_sent().ends().seen(seconds=1)
    expect.sent_as_asked(seen)
    expect.sent_once(seen)
    expect.all_sent(seen, "It was never sent.")


def test_more_headers_than_asked_for_are_no_mistake() -> None:
    """A client adds headers of its own."""
    story = Story(THREE)
    case = story.cast.sent[story.cast.keys[1]]
    headers = {"user-agent": "x", **{name.lower(): text for name, text in case["headers"].items()}}
    expect.sent_as_asked(all_sent(headers=headers).ends().seen(seconds=1))


@pytest.mark.parametrize(
    ("changed", "observed"),
    [
        ({"json": {"item": "other"}}, "JSON {'item': 'other'}"),
        ({"json": None, "body": "item=1&amount=2"}, "not JSON: 'item=1&amount=2'"),
        ({"json": None, "body": None}, "no body"),
        ({"json": "x" * 500}, f"JSON '{'x' * 118}…"),
    ],
    ids=["other", "form", "nothing", "long"],
)
def test_a_wrong_body(changed: dict[str, Any], observed: str) -> None:
    """The body that arrived is shown beside the one that should have."""
    story = all_sent(**changed).ends()
    payload = story.cast.sent[story.cast.keys[1]]["payload"]
    assert told(failure_of(expect.sent_as_asked, story.seen(seconds=1))) == (
        "Case 2 was sent with the wrong body.",
        observed,
        f"its own payload as JSON: {payload}",
        "Is the payload passed as `json=`, and is it this case's own?",
    )


@pytest.mark.parametrize(
    ("headers", "words"),
    [
        ({"x-request-id": "other"}, "X-Request-Id: 'other'"),
        ({}, "no X-Request-Id"),
        (None, "no X-Request-Id"),
        ("nonsense", "no X-Request-Id"),
    ],
)
def test_wrong_headers(headers: Any, words: str) -> None:  # noqa: ANN401 - any JSON value
    """The first header that is wrong or missing is shown, with what it should be."""
    story = all_sent(headers=headers).ends()
    wanted = story.cast.sent[story.cast.keys[1]]["headers"]["X-Request-Id"]
    assert told(failure_of(expect.sent_as_asked, story.seen(seconds=1))) == (
        "Case 2 was sent with the wrong headers.",
        words,
        f"its own X-Request-Id: '{wanted}'",
        "Does each request get the headers of its own case, and are they never shared?",
    )


def test_the_headers_of_another_case() -> None:
    """Headers that belong to another case are told by its number."""
    story = Story(THREE)
    other = {name.lower(): text for name, text in story.cast.sent[story.cast.keys[2]]["headers"].items()}
    failure = failure_of(expect.sent_as_asked, all_sent(headers=other).ends().seen(seconds=1))
    assert failure.observed == f"X-Request-Id: '{other['x-request-id']}', which is that of case 3"


def test_a_header_that_only_another_case_has() -> None:
    """A header that is kept from one request to the next is wrong, although all of the case's own are there."""
    story = sent(sent(Story(THREE), 0), 1)
    first, second, third = (case["headers"] for case in story.cast.sent.values())
    assert set(first) == set(third) < set(second)
    key = "Idempotency-Key"
    kept = {name.lower(): text for name, text in {**second, **third}.items()}
    failure = failure_of(expect.sent_as_asked, sent(story, 2, headers=kept).ends().seen(seconds=1))
    assert told(failure) == (
        "Case 3 was sent with the wrong headers.",
        f"{key}: '{second[key]}', which is that of case 2",
        f"no {key}, which this case doesn't have",
        "Does each request get the headers of its own case, and are they never shared?",
    )


def test_sent_twice() -> None:
    """A case that reaches its server a second time is named, with how often it did."""
    story = all_sent()
    sent(story, 1)
    for expectation in (expect.sent_once, expect.sent_as_asked):
        assert told(failure_of(expectation, story.seen(seconds=2))) == (
            "Case 2 was sent more than once.",
            "its server got 2 requests",
            "one request per case, also when it fails",
            "Is the request made in two places, or tried again?",
        )
    sent(story, 1)
    assert failure_of(expect.sent_once, story.seen(seconds=2)).observed == "its server got 3 requests"


def test_never_sent() -> None:
    """A case that was left out is named, with how many were not."""
    story = sent(sent(Story(THREE), 0), 2).ends()
    for expectation in (expect.sent_once, expect.sent_as_asked):
        assert told(failure_of(expectation, story.seen(seconds=1))) == (
            "Case 2 was never sent.",
            "2 of 3 cases were sent",
            "every case, once",
            "What skips this one?",
        )
    one = sent(Story(THREE), 0).ends()
    assert failure_of(expect.sent_once, one.seen(seconds=1)).observed == "1 of 3 cases was sent"


def test_not_all_sent() -> None:
    """The suite's own verdict is told where a case never had its turn."""
    story = sent(sent(Story(THREE), 0), 2).ends()
    failure = failure_of(expect.all_sent, story.seen(seconds=1), "A case timed out while it waited for its turn.")
    assert told(failure) == (
        "A case timed out while it waited for its turn.",
        "case 2 was never sent; 2 of 3 cases were",
        "every case, once",
        "When does the time of a request begin?",
    )
    assert failure.timeline


def test_an_error_comes_before_the_requests() -> None:
    """A call that raised isn't asked for what it sent."""
    seen = Story(THREE).seen(error=raised("ValueError", "boom"))
    assert failure_of(expect.sent_as_asked, seen).verdict == "It raised ValueError: boom"
