"""Tests of the expectations about what a call returned or raised."""

from __future__ import annotations

from typing import Any

import pytest

from grader.lab import ApiResult, answer, async_jobs, call, cases, expect, job, jobs, play, refused, silent
from grader.lab.failure import LineNote
from grader.lab.plain import plain
from grader.tests.lab.hand_made import Story, failure_of, raised, told

THREE = call("run_concurrently", jobs(job(3), job(1), job(2)))
FAILS = call("run_concurrently", jobs(job(1), job(3, fails=True), job(2, fails=True)))
MIXED = call("send_all", cases(answer(1), answer(2, status=404), refused(), silent()))


def test_results_in_order() -> None:
    """The results of all jobs in their order are what was asked for."""
    expect.results(Story(THREE).seen())
    expect.results(Story(call("run_concurrently", jobs())).seen())
    assert expect.returned(Story(THREE).seen(value=7)) == 7


def test_results_of_cases_with_any_error_text() -> None:
    """What was refused, or never answered, is a result with an error of any text."""
    story = Story(MIXED)
    good = [ApiResult(200, story.payload(0), None), ApiResult(404, story.payload(1), None)]
    expect.results(story.seen(value=plain([*good, ApiResult(None, None, "refused"), ApiResult(None, None, "late")])))


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "returned None"),
        ((1, 2), "returned (1, 2)"),
        ((1,), "returned (1,)"),
        ({"a": 1}, "returned {'a': 1}"),
        (map(str, []), "returned <map object>"),
    ],
    ids=["None", "tuple", "one-tuple", "dict", "iterator"],
)
def test_no_list(value: object, words: str) -> None:
    """What is no list is shown as the student wrote it, or by its class."""
    failure = failure_of(expect.results, Story(THREE).seen(value=plain(value)))
    assert told(failure) == (
        "It did not return a list.",
        words,
        "a list with 3 results",
        "Is there a `return` with the list of results?",
    )


def test_no_list_for_one_job() -> None:
    """One result is one result."""
    failure = failure_of(expect.results, Story(call("run_concurrently", jobs(1))).seen(value=None))
    assert failure.expected == "a list with 1 result"


@pytest.mark.parametrize(
    ("scenario", "value", "words"),
    [
        (
            THREE,
            ["x"],
            (
                "It returned 1 result for 3 jobs.",
                "returned ['x']",
                "one result per job",
                "Is a result lost, or added twice, for some job?",
            ),
        ),
        (
            MIXED,
            [],
            (
                "It returned 0 results for 4 cases.",
                "returned []",
                "one result per case",
                "Is a result lost, or added twice, for some case?",
            ),
        ),
    ],
    ids=["jobs", "cases"],
)
def test_too_few_results(scenario: Any, value: list[str], words: tuple[str, ...]) -> None:  # noqa: ANN401 - a scenario
    """A list of another length is told with both numbers."""
    assert told(failure_of(expect.results, Story(scenario).seen(value=value))) == words


def test_results_in_the_order_of_finishing() -> None:
    """Results that were appended when they came are told so, with the first that is out of its place."""
    story = Story(THREE).runs((0, 3), (0, 1), (0, 2)).ends()
    first, second, third = (story.payload(position) for position in range(3))
    failure = failure_of(expect.results, story.seen(value=[second, third, first]))
    assert told(failure) == (
        "The results are in the order in which the jobs finished.",
        "result 1 is that of job 2",
        "the result of job 1 first, then of job 2, and so on",
        "How does each result find its own place in the list?",
    )
    assert failure.timeline


def test_results_in_another_order() -> None:
    """Any other order is told as such, where it begins to differ."""
    story = Story(THREE).runs((0, 3), (0, 1), (0, 2)).ends()
    value = [story.payload(0), story.payload(2), story.payload(1)]
    failure = failure_of(expect.results, story.seen(value=value))
    assert (failure.verdict, failure.observed) == (
        "The results are in another order than the jobs.",
        "result 2 is that of job 3",
    )


def test_failed_requests_among_results_in_another_order() -> None:
    """A failed request can be told by what was expected of it, too."""
    story = Story(MIXED).begin(0).begin(1).begin(2).begin(3).abandon(2, 0).end(0, 1).end(1, 2).abandon(3, 5).ends()
    good = [ApiResult(200, story.payload(0), None), ApiResult(404, story.payload(1), None)]
    error = ApiResult(None, None, "refused")
    failure = failure_of(expect.results, story.seen(value=plain([error, *good, error])))
    assert (failure.verdict, failure.observed) == (
        "The results are in another order than the cases.",
        "result 1 is that of case 3",
    )


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ("x", ("'x'", "")),
        (None, ("None", "Is this place in the list ever filled?")),
        ({"$": "opaque", "type": "coroutine"}, ("<coroutine object>", "Is there an `await` missing?")),
        ({"$": "opaque", "type": "Task"}, ("<Task object>", "Is there an `await` missing?")),
        ({"$": "opaque", "type": "Future"}, ("<Future object>", "Is this the future itself, and not its result?")),
    ],
    ids=["other", "None", "coroutine", "task", "future"],
)
def test_a_wrong_result(wrong: Any, words: tuple[str, str]) -> None:  # noqa: ANN401 - any plain value
    """A result that isn't the job's is shown beside the one that is, with what it looks like."""
    story = Story(THREE)
    value = [story.payload(0), wrong, story.payload(2)]
    failure = failure_of(expect.results, story.seen(value=value))
    assert told(failure) == ("The result of job 2 is wrong.", words[0], repr(story.payload(1)), words[1])


def test_the_same_result_for_all() -> None:
    """One result for all looks like one variable for all."""
    story = Story(THREE)
    failure = failure_of(expect.results, story.seen(value=[story.payload(2)] * 3))
    assert failure.question == "All results are the same: do the jobs share one variable?"


def test_nothing_for_all() -> None:
    """A list of None is a list that nobody filled, and no shared variable."""
    failure = failure_of(expect.results, Story(THREE).seen(value=[None] * 3))
    assert failure.question == "Is this place in the list ever filled?"


def test_the_result_of_a_second_call() -> None:
    """A job that is called twice has no second result, and the failure says why."""
    story = Story(THREE).begin(0).end(0, 3).begin(0, 3).end(0, 6).ends()
    failure = failure_of(expect.results, story.seen(value=[None, story.payload(1), story.payload(2)]))
    assert failure.question == "Why is job 1 called twice? Only the first call has a result."


@pytest.mark.parametrize(
    ("position", "result", "verdict"),
    [
        (1, ApiResult(None, None, "404"), "An HTTP error status was not kept as a result."),
        (1, ApiResult(200, {}, None), "An HTTP error status was not kept as a result."),
        (0, ApiResult(200, '{"receipt": 1}', None), "The body was not parsed from JSON."),
        (0, ApiResult(200, object(), None), "The result of case 1 is wrong."),
        (0, ApiResult(status=True, body={}, error=None), "The result of case 1 is wrong."),
        (0, None, "The result of case 1 is wrong."),
        (2, ApiResult(None, None, ""), "The result of case 3 is wrong."),
        (2, ApiResult(None, None, None), "The result of case 3 is wrong."),
        (3, ApiResult(0, None, "late"), "The result of case 4 is wrong."),
        (3, "late", "The result of case 4 is wrong."),
    ],
    ids=["raised-404", "ignored-404", "text", "object", "true", "none", "no-text", "no-error", "status-0", "str"],
)
def test_a_wrong_result_of_a_case(position: int, result: object, verdict: str) -> None:
    """Statuses, bodies and errors are each told apart, and compared by exact types."""
    story = Story(MIXED)
    value = story.seen().observation.value
    value[position] = plain(result)
    failure = failure_of(expect.results, story.seen(value=value))
    assert failure.verdict == verdict
    wanted = "ApiResult(None, None, <a text that says what went wrong>)"
    assert (failure.expected == wanted) == (position > 1)


def test_a_body_that_was_not_awaited() -> None:
    """A coroutine in place of the body has been forgotten."""
    story = Story(MIXED)
    value = story.seen().observation.value
    value[0]["fields"][1] = {"$": "opaque", "type": "coroutine"}
    failure = failure_of(expect.results, story.seen(value=value))
    assert failure.verdict == "The body was not awaited."
    assert failure.observed == "ApiResult(200, <coroutine object>, None)"


@pytest.mark.parametrize(
    "forged", [{"$": "result"}, {"$": "result", "fields": 5}, {"$": "result", "fields": [1]}, {"$": "tuple"}, {"$": []}]
)
def test_forged_results_are_wrong_and_nothing_worse(forged: dict[str, Any]) -> None:
    """What no conversion makes is a wrong result, never an error of the grader's."""
    story = Story(MIXED)
    value = story.seen().observation.value
    value[0] = forged
    assert failure_of(expect.results, story.seen(value=value)).verdict == "The result of case 1 is wrong."


def test_long_values_are_clipped() -> None:
    """Whatever is returned, a sentence stays a sentence."""
    failure = failure_of(expect.results, Story(THREE).seen(value="x" * 1000))
    assert len(failure.observed) < 200
    assert failure.observed.endswith("…")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (raised("ValueError", "boom", line=9), ("It raised ValueError: boom", "", "no error", "")),
        (raised("ValueError"), ("It raised ValueError.", "", "no error", "")),
        (
            raised("NotSimulatedError", "os.fork() is not simulated", "RuntimeError"),
            (
                "It made a call that can't be judged here: os.fork() is not simulated",
                "",
                "no error",
                "Does the task need this call at all?",
            ),
        ),
        (
            raised("CancelledError"),
            ("It raised CancelledError.", "", "no error", "Which task was cancelled, and by whom?"),
        ),
        (
            raised("ExceptionGroup", "two", inner=[raised("KeyError", "'a'"), raised("OSError")]),
            ("It raised ExceptionGroup: two", "it holds KeyError: 'a'; OSError", "no error", ""),
        ),
    ],
    ids=["text", "no-text", "not-simulated", "cancelled", "group"],
)
def test_an_error_in_place_of_a_result(error: Any, words: tuple[str, ...]) -> None:  # noqa: ANN401 - an error
    """An error is told with its text, or by its class alone, and a group with what it holds."""
    for expectation in (expect.returned, expect.results, expect.empty_for_none):
        assert told(failure_of(expectation, Story(THREE).seen(error=error))) == words


def test_the_line_of_an_error() -> None:
    """The line is that of the error; of a group, that of the first in it."""
    error = raised("ValueError", "boom", line=9)
    assert failure_of(expect.returned, Story(THREE).seen(error=error)).lines == [
        LineNote(9, "raise ValueError", "ValueError came from here")
    ]
    group = raised("ExceptionGroup", "one", line=4, inner=[raised("OSError", line=8)])
    assert failure_of(expect.returned, Story(THREE).seen(error=group)).lines == [
        LineNote(8, "time.sleep(2)", "OSError came from here")
    ]
    group = raised("ExceptionGroup", "one", line=4, inner=[raised("OSError")])
    assert failure_of(expect.returned, Story(THREE).seen(error=group)).lines == [
        LineNote(4, "for thread in threads:", "OSError came from here")
    ]


@pytest.mark.parametrize(
    ("error", "observed"),
    [
        (raised("ConnectionError", "refused", "RequestException", line=9), "raised ConnectionError: refused"),
        (raised("TimeoutError", "", "OSError"), "raised TimeoutError"),
        (
            raised("ExceptionGroup", "two", inner=[raised("ClientError", "x", "ClientError")]),
            "raised ExceptionGroup: two, with ClientError: x",
        ),
    ],
    ids=["requests", "timeout", "group"],
)
def test_a_failed_request_that_raises(error: Any, observed: str) -> None:  # noqa: ANN401 - an error
    """In an exercise about requests, an error of a request has a verdict of its own."""
    failure = failure_of(expect.results, Story(MIXED).seen(error=error))
    assert told(failure) == (
        "A failed request raised an error instead of becoming a result.",
        observed,
        "a result with an error, and the results of all other cases",
        "Where is the error of one request caught?",
    )
    # With jobs, a TimeoutError is an error like any other.
    assert failure_of(expect.results, Story(THREE).seen(error=error)).verdict.startswith("It raised")


def test_deep_groups_are_no_trouble() -> None:
    """A forged group, deeper than any recursion goes, is judged."""
    error = raised("OSError", "inside")
    for _ in range(2_000):
        error = raised("ExceptionGroup", inner=[error])
    assert failure_of(expect.returned, Story(THREE).seen(error=error)).observed == "it holds OSError: inside"


@pytest.mark.parametrize(
    ("got", "wanted", "observed", "expected"),
    [
        ([1, 2], [1, 3], "returned [1, 2]", "[1, 3]"),
        (True, 1, "returned True", "1"),
        (1.0, 1, "returned 1.0", "1"),
        ([[True]], [[1]], "returned [[True]]", "[[1]]"),
        (None, "CancelledError", "returned None", "'CancelledError'"),
        ([0] * 99 + [1], [0] * 100, "result[99] is 1", "result[99] is 0"),
        ([[], ["x" * 200, "y"]], [[], ["x" * 200, "z"]], "result[1][1] is 'y'", "result[1][1] is 'z'"),
        (
            {"a": "x" * 200, "b": 1},
            {"a": "x" * 200, "b": 2},
            "result['b'] is 1",
            "result['b'] is 2",
        ),
    ],
    ids=["short", "bool", "float", "inner-bool", "none", "long", "deep", "dict"],
)
def test_another_value(got: Any, wanted: Any, observed: str, expected: str) -> None:  # noqa: ANN401 - plain values
    """Values are compared by exact types; of long ones, the part that differs is shown."""
    failure = failure_of(expect.value, Story(THREE).seen(value=got), wanted, "It is wrong.", "Why?")
    assert told(failure) == ("It is wrong.", observed, expected, "Why?")


def test_long_values_of_another_shape_are_clipped() -> None:
    """Where two long values have no shape in common, both are clipped."""
    failure = failure_of(expect.value, Story(THREE).seen(value=["x"] * 99), ["x"] * 100, "It is wrong.")
    assert failure.observed.startswith("returned ['x', 'x'")
    assert len(failure.observed) < 200
    assert len(failure.expected) < 200


def test_the_wanted_value() -> None:
    """The same value passes, also as a part of what a play returned."""
    expect.value(Story(THREE).seen(value=[1, ["a"], None]), [1, ["a"], None], "It is wrong.")
    expect.value(Story(THREE).seen(value={"beats": [0.1], "x": 1}), [0.1], "It is wrong.", part="beats")


def test_the_wanted_value_with_failed_requests_inside() -> None:
    """An error's text is free wherever the result stands."""
    story = Story(MIXED)
    got = story.seen().payloads()
    got[2]["fields"][2] = "whatever it says"
    expect.value(story.seen(value=[[], got]), [[], story.seen().payloads()], "It is wrong.")


@pytest.mark.parametrize("value", [{"other": 1}, [1], 5, None])
def test_a_part_that_is_not_there(value: Any) -> None:  # noqa: ANN401 - a plain value
    """A part that is missing is told as None."""
    failure = failure_of(expect.value, Story(THREE).seen(value=value), [1], "It is wrong.", part="beats")
    assert failure.observed == "returned None"


def test_an_empty_list_for_none() -> None:
    """The second call, with nothing to do, returns an empty list."""

    def twice(student: Any, items: Any, none: Any) -> Any:  # noqa: ANN401 - whatever the student's function takes
        return [student.run_concurrently(items), student.run_concurrently(none)]

    scenario = play(twice, jobs(2), jobs(), words="run_concurrently, two times: ")
    expect.empty_for_none(Story(scenario).seen(value=[["a", "b"], []]))
    values: list[Any] = [[["a"], None], [["a"], [1]], "abc"]
    for value, words in zip(values, ("None", "[1]", "'abc'"), strict=True):
        assert told(failure_of(expect.empty_for_none, Story(scenario).seen(value=value))) == (
            "Without anything to do, it did not return an empty list.",
            f"returned {words} for an empty list",
            "[]",
            "What happens when the list is empty?",
        )


def test_the_error_of_a_job() -> None:
    """The job's own error is expected, itself or, where that is allowed, in a group."""
    story = Story(FAILS)
    error = raised("JobError", story.payload(1))
    expect.raised_by(story.seen(error=error), 1)
    expect.raised_by(story.seen(error=error), 1, or_group=True)
    expect.raised_by(story.seen(error=raised("ExceptionGroup", "one", inner=[error])), 1, or_group=True)


def test_a_lost_error() -> None:
    """A call that returns although a job failed has lost its error."""
    failure = failure_of(expect.raised_by, Story(FAILS).seen(value=[1, None, 2]), 1)
    assert told(failure) == (
        "The error of job 2 was lost.",
        "returned [1, None, 2]",
        "the error that job 2 raised",
        "Where does the job's error go: is it caught, or raised where nobody waits for it?",
    )


def test_an_error_of_a_kind() -> None:
    """An error of the class, or of one derived from it, is what was asked for."""
    expect.raised(Story(THREE).seen(error=raised("TimeoutError")), "TimeoutError", "It did not raise it.")
    expect.raised(Story(THREE).seen(error=raised("Late", "", "TimeoutError")), "TimeoutError", "It did not raise it.")


def test_no_error_of_a_kind() -> None:
    """Whoever returned instead is told what, when and where the time went."""
    story = Story(THREE).waits(8, 0, 2, wait="socket")
    seen = story.seen(value=[plain(b"half")], seconds=2)
    failure = failure_of(expect.raised, seen, "TimeoutError", "It did not raise TimeoutError.", "When is the time up?")
    assert told(failure) == (
        "It did not raise TimeoutError.",
        "returned [b'half'] after 2 s",
        "TimeoutError raised",
        "When is the time up?",
    )
    assert failure.lines == [LineNote(8, "time.sleep(2)", "waited 2 s")]


def test_an_error_of_another_kind() -> None:
    """Another error is shown with the line that it came from."""
    seen = Story(THREE).seen(error=raised("LineError", "too late", line=9))
    failure = failure_of(expect.raised, seen, "TimeoutError", "It did not raise TimeoutError.", "When is the time up?")
    assert told(failure) == (
        "It raised the wrong error.",
        "raised LineError: too late",
        "TimeoutError raised",
        "When is the time up?",
    )
    assert failure.lines == [LineNote(9, "raise ValueError", "LineError came from here")]


def test_bytes_are_expected_as_bytes() -> None:
    """A suite expects bytes as such; text of the same letters is something else, and both are shown."""
    expect.value(Story(THREE).seen(value=plain([b"a\n", None])), [b"a\n", None], "It is wrong.")
    failure = failure_of(expect.value, Story(THREE).seen(value="a"), b"a", "It is wrong.")
    assert (failure.observed, failure.expected) == ("returned 'a'", "b'a'")


def test_the_error_of_another_job() -> None:
    """The error of a later job, which failed sooner, is told by its number."""
    story = Story(FAILS)
    failure = failure_of(expect.raised_by, story.seen(error=raised("JobError", story.payload(2), line=9)), 1)
    assert told(failure) == (
        "It raised the wrong error.",
        "raised the error of job 3",
        "the error that job 2 raised, itself",
        "Is the first failure in job order raised, and not the first in time?",
    )
    assert failure.lines == [LineNote(9, "raise ValueError", "JobError came from here")]


def test_another_error() -> None:
    """An error that no job raised is told as it is."""
    for error, words in ((raised("KeyError", "2"), "raised KeyError: 2"), (raised("KeyError"), "raised KeyError")):
        failure = failure_of(expect.raised_by, Story(FAILS).seen(error=error), 1)
        assert (failure.observed, failure.question) == (
            words,
            "Where does this error come from, and where does the job's go?",
        )


def test_the_right_error_in_another_class() -> None:
    """An error that was wrapped is not the job's own."""
    story = Story(FAILS)
    failure = failure_of(expect.raised_by, story.seen(error=raised("RuntimeError", story.payload(1))), 1)
    assert (failure.observed, failure.question) == (
        "raised RuntimeError with the text of that error",
        "Is the error itself raised again?",
    )


def test_a_group_where_none_is_allowed() -> None:
    """A group is told with the jobs whose errors it holds."""
    story = Story(FAILS)
    inner = [raised("JobError", story.payload(1)), raised("JobError", story.payload(2))]
    failure = failure_of(expect.raised_by, story.seen(error=raised("ExceptionGroup", "two", inner=inner)), 1)
    assert (failure.observed, failure.question) == (
        "raised ExceptionGroup, which holds the errors of jobs 2 and 3",
        "Which one of them has to come out?",
    )
    failure = failure_of(expect.raised_by, story.seen(error=raised("ExceptionGroup", "one", inner=inner[:1])), 1)
    assert failure.observed == "raised ExceptionGroup, which holds the error of job 2"


def test_the_error_of_an_asynchronous_job() -> None:
    """Asynchronous jobs are told in the same words."""
    story = Story(call("run_all", async_jobs(job(1, fails=True), job(2))))
    failure = failure_of(expect.raised_by, story.seen(error=raised("CancelledError")), 0, or_group=True)
    assert failure.observed == "raised CancelledError"


@pytest.mark.parametrize(
    ("story", "question"),
    [
        (Story(MIXED), "The server never had a whole request: what kept it from being sent?"),
        (Story(MIXED).begin(0), "The server would have answered: who gave the request up, and why?"),
        (Story(MIXED).begin(0).end(0, 1), "The server had answered in full: what became of its answer?"),
    ],
    ids=["never sent", "given up", "answered"],
)
def test_an_error_instead_of_an_answer(story: Story, question: str) -> None:
    """Who returns an error where there is an answer is asked how far the request had come."""
    late = ApiResult(None, None, "late")
    failure = failure_of(expect.results, story.seen(value=plain([late] * 4)))
    assert (failure.verdict, failure.question) == ("The result of case 1 is wrong.", question)
