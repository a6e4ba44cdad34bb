"""Tests of scenarios: how they are written, told, and cast."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from grader.lab import (
    Scenario,
    answer,
    arguments,
    async_jobs,
    broken,
    call,
    call_async,
    cases,
    dripping,
    explore,
    job,
    jobs,
    play,
    refused,
    silent,
    socket_cases,
    tokens,
    with_processes,
    work,
)
from grader.lab.checks import Check
from grader.lab.exercises import Exercise
from grader.lab.playing import Submission, make_play
from grader.lab.scenario import Answer, Job, SuiteError, cast

OUTSIDE = 5


def one_of(student: Any, given: Any) -> Any:  # noqa: ANN401 - whatever the student's function takes
    """Call it once."""
    return student.run(given)


def seeded(scenario: Scenario, seed: int) -> Any:  # noqa: ANN401 - a cast
    """Cast a scenario from a seed."""
    return cast(scenario, random.Random(seed))  # noqa: S311 - repeatable on purpose


@pytest.mark.parametrize(
    ("scenario", "called"),
    [
        (call("run", jobs(5, seconds=2)), "run([5 jobs of 2 s])"),
        (call("run", jobs(1, seconds=0.5)), "run([1 job of 0.5 s])"),
        (call("run", jobs()), "run([])"),
        (
            call("run", jobs(job(2), job(1, fails=True), job(1, fails=True))),
            "run([1 job of 2 s and 2 jobs of 1 s that fail])",
        ),
        (call("run", jobs(job(2), job(1, fails=True))), "run([1 job of 2 s and 1 job of 1 s that fails])"),
        (call("run", async_jobs(job(3), 2)), "run([1 job of 3 s and 2 jobs of 1 s])"),
        (
            call("send_all", cases(12, seconds=1), max_workers=3),
            "send_all([12 cases answered after 1 s], max_workers=3)",
        ),
        (
            call("send_all", cases(answer(4), refused(), silent(), silent(), answer(2, status=404))),
            (
                "send_all([1 case answered after 4 s, 1 case whose connection is refused, "
                "2 cases that are never answered and 1 case answered after 2 s with status 404])"
            ),
        ),
        (
            call("send_all", cases(refused(), refused())),
            "send_all([2 cases whose connections are refused])",
        ),
        (call("send_all", cases(silent())), "send_all([1 case that is never answered])"),
        (call("add", 1, "two", three=[3]), "add(1, 'two', three=[3])"),
        (play(one_of, jobs(2), words="run, cancelled after 1 s, "), "run, cancelled after 1 s, ([2 jobs of 1 s])"),
        (play(one_of, words=""), "one_of()"),
        (play(one_of, jobs(job(1), job(2), noun="client"), words=""), "one_of([1 client of 1 s and 1 client of 2 s])"),
        (play(one_of, jobs(2), words="run, while two wait", whole=True), "run, while two wait"),
    ],
)
def test_a_call_in_words(scenario: Scenario, called: str) -> None:
    """The call is told as a student would write it, alike jobs and cases together, in proper English."""
    assert scenario.called == called


def test_jobs_and_cases_by_number_and_one_by_one() -> None:
    """A number stands for that many with the same seconds."""
    assert jobs(2, job(3, cleanup=1), seconds=2).items == (Job(2), Job(2), Job(3, cleanup=1))
    assert async_jobs(1).asynchronous
    assert not jobs(1).asynchronous
    assert cases(1, refused(), seconds=2).items == (Answer(2), Answer(0, 0, "refused"))


@pytest.mark.parametrize("wrong", [-1, 2.5, True, "5", [job(1)], answer(1), None])
def test_what_is_no_job_is_refused(wrong: Any) -> None:  # noqa: ANN401 - anything
    """Anything but a number or a job is refused where the suite is written, with what is expected."""
    with pytest.raises(SuiteError) as caught:
        jobs(wrong)
    assert str(caught.value) == f"expected a number, or what job() returns, and not {wrong!r}"


def test_what_is_no_case_is_refused() -> None:
    """Cases are refused in their own words."""
    with pytest.raises(SuiteError, match=r"expected a number, or what answer\(\), refused\(\) or silent\(\) returns"):
        cases(job(1))  # type: ignore[arg-type]  # that is the point


def test_the_same_seed_casts_the_same() -> None:
    """A seed repeats everything random, and another one changes all of it."""
    scenario = call("send_all", cases(3), jobs(2))
    assert seeded(scenario, 1) == seeded(scenario, 1)
    first, other = seeded(scenario, 1), seeded(scenario, 2)
    assert not set(first.keys) & set(other.keys)
    assert not {str(value) for value in first.payloads.values()} & {str(value) for value in other.payloads.values()}


def test_each_check_is_cast_by_itself() -> None:
    """One seed gives each check random parts of its own, and the same ones to every submission."""
    info = Check("Title", 1, 1, call("run", jobs(3)))
    first = Submission(Exercise("concurrency", "fundamentals"), Path("a.py"))
    second = Submission(Exercise("concurrency", "fundamentals"), Path("b.py"), "b")
    assert make_play(first, "test_a", info, 1, None).cast == make_play(second, "test_a", info, 1, None).cast
    assert make_play(first, "test_a", info, 1, None).cast != make_play(first, "test_b", info, 1, None).cast


def test_keys_and_payloads_are_unique() -> None:
    """No two of many jobs and cases share a key or a result, wherever in the call they stand."""
    made = seeded(call("run", jobs(400), async_jobs(100), also=cases(400)), 1)
    assert len(made.keys) == len(set(made.keys)) == 900
    assert len({str(value) for value in made.payloads.values()}) == 900
    assert list(made.items) == made.keys
    assert list(made.sent) == made.keys[500:]


def test_the_request_does_not_hold_the_payloads() -> None:
    """What the running side gets holds no job's result, and is plain JSON."""
    made = seeded(call("run", jobs(3), also=cases(3)), 1)
    request = json.dumps(made.request)
    for payload in made.payloads.values():
        text = payload["receipt"] if isinstance(payload, dict) else payload
        assert text not in request


def test_cases_in_a_request() -> None:
    """A case has a url of its own, headers, a payload, and how it is answered; no two share one."""
    made = seeded(call("send_all", cases(answer(2, status=404), silent())), 1)
    first, second = made.request["arguments"][0]["items"]
    assert first["url"] == f"http://api.test/orders/{made.keys[0]}"
    assert (first["seconds"], first["status"], first["kind"]) == (2, 404, "answer")
    assert second["kind"] == "silent"
    assert set(first["headers"]) == {"X-Request-Id", "Authorization"}
    assert set(second["headers"]) == {"X-Request-Id", "Authorization", "Idempotency-Key"}
    assert first["headers"]["Authorization"] != second["headers"]["Authorization"]
    assert made.sent[made.keys[0]] == {name: first[name] for name in ("url", "headers", "payload")}


def test_jobs_in_a_request() -> None:
    """A job says how long it takes, whether it fails, and how long it cleans up."""
    made = seeded(call("run", jobs(job(3, fails=True)), also=async_jobs(job(1, cleanup=0.5))), 1)
    assert made.request["arguments"][0] == {
        "$": "jobs",
        "asynchronous": False,
        "items": [{"key": made.keys[0], "seconds": 3, "fails": True, "cleanup": 0.0}],
    }
    assert made.request["options"]["also"]["asynchronous"]


def test_a_play_points_to_its_own_file_wherever_it_is_performed(tmp_path: Path) -> None:
    """In another process, a play's lines are those of the suite, in tracebacks as well."""

    def breaks(student: Any) -> Any:  # noqa: ANN401 - a student's module
        """Raise, in the fourth line of this function."""
        nothing = None
        return student[nothing]

    shipped = seeded(play(breaks, words=""), 1).request["play"]
    assert shipped is seeded(play(breaks, words=""), 2).request["play"]
    script = tmp_path / "elsewhere.py"
    script.write_text(
        "import json, sys, traceback\n"
        "from grader.lab.props import play_of\n"
        "function = play_of(json.load(sys.stdin))\n"
        "try:\n"
        "    function({})\n"
        "except KeyError as error:\n"
        "    frame = traceback.extract_tb(error.__traceback__)[-1]\n"
        "    print(json.dumps([frame.filename, frame.lineno, frame.line]))\n",
        encoding="utf-8",
    )
    ran = subprocess.run(
        [sys.executable, script], input=json.dumps(shipped), capture_output=True, text=True, check=True,
        cwd=tmp_path, env={"PYTHONPATH": str(Path(__file__).parents[3])},
    )  # fmt: skip
    line = breaks.__code__.co_firstlineno + 3
    assert json.loads(ran.stdout) == [__file__, line, "return student[nothing]"]


def test_a_play_may_define_and_import_what_it_needs() -> None:
    """What a play brings along in its own body, it may use, nested functions and classes included."""

    def alone(student: Any) -> Any:  # noqa: ANN401 - a student's module
        import time  # noqa: PLC0415 - as suites do it

        class Box:
            size = len("four")

        def inner() -> list[float]:
            return [time.monotonic() for _ in range(Box.size)]

        try:
            return student.run(inner)
        except Exception as error:
            return [__name__, str(error)]

    assert seeded(play(alone, words="run"), 1).request["play"]["name"] == "alone"


def test_a_play_that_needs_its_surroundings_is_refused() -> None:
    """A play that uses a name from outside is refused where it is written: there is no such name where it runs."""

    def needs_a_global(student: Any) -> Any:  # noqa: ANN401 - a student's module
        return [student.run(OUTSIDE) for _ in range(2)]

    local = 5

    def needs_a_local(student: Any) -> Any:  # noqa: ANN401 - a student's module
        return [student.run(local), [OUTSIDE, Path]]

    with pytest.raises(SuiteError) as caught:
        play(needs_a_global, words="")
    assert str(caught.value) == (
        "the play needs_a_global uses OUTSIDE from outside its own body, which doesn't travel with it: "
        "import or define it inside, or pass it as an argument"
    )
    with pytest.raises(SuiteError, match="uses OUTSIDE, Path and local from outside"):
        play(needs_a_local, words="")


@pytest.mark.parametrize("wrong", [lambda student: student, print, "run"])
def test_what_is_no_function_is_no_play(wrong: Any) -> None:  # noqa: ANN401 - anything
    """A lambda has no source of its own, and other things none at all."""
    with pytest.raises(SuiteError, match=r"a play is a function written with `def`, and .* is none"):
        play(wrong, words="")


def test_cases_for_sockets_have_ports_of_their_own() -> None:
    """Each has a server of its own, and what is said of it; those for libraries have neither."""
    made = seeded(call("send_all", socket_cases(300, answer(2, pieces=3, connect=0.5), refused()), cases(1)), 1)
    first, second = (argument["items"] for argument in made.request["arguments"])
    ports = {urlsplit(case["url"]).port for case in first}
    assert len(ports) == 302
    assert all(1024 <= port < 32768 for port in ports if port is not None)
    assert first[0]["wire"] == {"connect": 0.0, "takes": 0, "pieces": 1, "framing": "length"}
    assert first[300]["wire"] == {"connect": 0.5, "takes": 0, "pieces": 3, "framing": "length"}
    assert "wire" not in second[0]
    assert second[0]["url"] == f"http://api.test/orders/{made.keys[-1]}"


def test_a_request_that_is_taken_in_parts_is_a_long_one() -> None:
    """Its payload is eight times as long as what the server takes at a time."""
    made = seeded(call("send_all", socket_cases(answer(takes=600))), 1)
    (case,) = made.sent.values()
    assert len(case["payload"]["note"]) == 4800


@pytest.mark.parametrize(
    ("item", "words"),
    [
        (answer(2, pieces=3), "answered after 2 s (in 3 pieces)"),
        (answer(2, framing="chunked"), "answered after 2 s (chunked)"),
        (answer(2, framing="close"), "answered after 2 s (ended by closing)"),
        (answer(2, takes=9), "answered after 2 s (taken 9 bytes at a time)"),
        (answer(2, connect=1), "answered after 2 s (connected after 1 s)"),
        (broken(2), "whose answer breaks off after 2 s"),
        (dripping(8), "whose answer drips in for 8 s, never whole"),
    ],
)
def test_what_only_sockets_see_is_refused_elsewhere(item: Answer, words: str) -> None:
    """Cases that say how bytes travel need sockets; the failure says which one, in the words that students read."""
    assert socket_cases(item).items == (item,)
    assert str(socket_cases(item)) == f"[1 case {words}]"
    with pytest.raises(SuiteError) as caught:
        cases(1, item)
    assert str(caught.value) == f"a case {words} needs socket_cases(): requests and aiohttp see no bytes"


@pytest.mark.parametrize(
    ("item", "said"),
    [
        (answer(pieces=0), "an answer comes in 1 piece or more, not in 0"),
        (answer(connect=-1), "a connection takes a number of seconds, 0 or more, not -1"),
        (answer(takes=-1), "a server takes a number of bytes at a time, or 0 for all, not -1"),
        (answer(framing="tar"), "the framing is one of length, chunked, close, not 'tar'"),  # type: ignore[arg-type]
    ],
)
def test_what_can_not_travel_is_refused(item: Answer, said: str) -> None:
    """What no server can do is refused where the suite is written."""
    with pytest.raises(SuiteError) as caught:
        socket_cases(item)
    assert str(caught.value) == said


def test_jobs_are_there_only_once_and_cannot_be_explored() -> None:
    """Cases and tokens are answered in each run as if for the first time; jobs, and coroutines, are refused."""

    async def waits(student: Any, given: Any) -> Any:  # noqa: ANN401 - a student's module
        return await student.run(given)

    assert explore(one_of, cases(2), words="run").exploring is not None
    assert explore(one_of, tokens(answer(1)), words="run").exploring is not None
    with pytest.raises(SuiteError, match="one_of can't be explored: it is a coroutine function, or is given jobs"):
        explore(one_of, jobs(2), words="run")
    with pytest.raises(SuiteError, match="waits can't be explored"):
        explore(waits, words="run")


def test_tokens_are_numbered_and_random() -> None:
    """A token says which one it is, so that people can tell them apart, and nobody can guess it."""
    scenario = play(one_of, tokens(answer(1), answer(2)), words="run")
    first, other = (list(seeded(scenario, seed).payloads.values()) for seed in (1, 2))
    assert [payload["token"][:8] for payload in first] == ["token-1-", "token-2-"]
    assert first != other


def test_arguments_are_names_of_jobs() -> None:
    """What travels for arguments is plain text; the function knows which of the jobs fail, wherever it stands."""
    scenario = with_processes(
        call("run", work(), arguments(job(1, fails=True), job(2, unpicklable=True), 1)), at_once=3, method="spawn"
    )
    made = seeded(scenario, 1)
    function, names = made.request["arguments"]
    assert names == made.keys
    assert function == {
        "$": "work",
        "fails": dict(zip(names, (True, False, False), strict=True)),
        "unpicklable": names[1:2],
    }
    assert made.request["processes"] == {"at_once": 3, "method": "spawn", "deadly": []}
    assert scenario.called == (
        "run(function, [1 argument of 1 s that fails, 1 argument of 2 s whose result can't be pickled "
        "and 1 argument of 1 s])"
    )


def test_what_is_handed_over_together_is_known() -> None:
    """Jobs and cases are in groups, one for each list of them; those whose process dies are named."""
    scenario = with_processes(play(one_of, cases(answer(1), answer(2, dies=True)), words="run,"), at_once=2)
    made = seeded(scenario, 1)
    assert made.groups == [made.keys]
    assert made.request["processes"]["deadly"] == made.keys[1:]
    assert scenario.called == "run, ([1 case answered after 1 s and 1 case whose process is killed after 2 s])"
    several = seeded(call("run", jobs(2), jobs(), jobs(1)), 1)
    assert several.groups == [several.keys[:2], several.keys[2:]]


@pytest.mark.parametrize(
    ("scenario", "options"),
    [
        (call_async("run", jobs(1)), {"at_once": 1}),
        (call("run", jobs(1)), {"at_once": 0}),
        (call("run", jobs(1)), {"at_once": 1, "method": "vfork"}),
    ],
)
def test_what_cannot_have_processes(scenario: Scenario, options: dict[str, Any]) -> None:
    """A coroutine function, nothing at once, and a start method that there isn't are mistakes of the suite."""
    with pytest.raises(SuiteError, match="with_processes"):
        with_processes(scenario, **options)
