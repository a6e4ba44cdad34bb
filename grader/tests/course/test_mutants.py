"""Tests of mutants: what they are known by, what may survive, and what is told of those that do."""

from __future__ import annotations

import io
from textwrap import dedent
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from grader.cli import BAD_INPUT, main
from grader.course.mutating import Mutation, mutation, verify_mutants
from grader.course.mutating.equivalents import CorruptEquivalentsError, as_record, read_equivalents
from grader.course.mutating.making import Fingerprint, Mutant, mutants
from grader.course.mutating.operators import OPERATORS
from grader.course.mutating.printing import print_mutation
from grader.tests.course.tiny_course import TinyCourse

if TYPE_CHECKING:
    from pathlib import Path

IN_THREADS = '''
    """Run jobs, each in a thread."""

    import threading


    def run(jobs):
        """Run jobs one after another."""
        results = []
        for job in jobs:
            thread = threading.Thread(target=lambda: results.append(job()))
            thread.start()
            thread.join()
        return results
'''
RECORD = """
    [[equivalent]]
    exercise = "adding/fundamentals"
    origin = "solution"
    operator = "join-with-a-limit"
    function = "run"
    change = ["- thread.join()", "+ thread.join(1)"]
    reason = "No job takes longer."
"""


def made(source: str, operator: str = "drop-join") -> list[Mutant]:
    """Return the mutants that one operator makes."""
    return mutants(dedent(source), [item for item in OPERATORS if item.name == operator])


def tried(course: TinyCourse) -> Mutation:
    """Judge the mutants of all exercises."""
    return mutation(course.course, course.course.exercises(), lambda _done, _total: None)


def printed(found: Mutation) -> list[str]:
    """Return the lines of the report."""
    file = io.StringIO()
    print_mutation(found, Console(file=file, soft_wrap=True))
    return [line.rstrip() for line in file.getvalue().splitlines()]


@pytest.fixture(scope="module")
def threads(tmp_path_factory: pytest.TempPathFactory) -> TinyCourse:
    """A course with one exercise, whose solution has mutants that survive."""
    course = TinyCourse(tmp_path_factory.mktemp("threads"))
    course.add("adding", solution=IN_THREADS)
    return course


@pytest.fixture(scope="module")
def found(threads: TinyCourse) -> Mutation:
    """What becomes of the mutants while nothing is recorded."""
    return tried(threads)


def test_a_fingerprint_says_what_was_changed_where() -> None:
    """It has operator, function and the changed lines, and of equal changes the number."""
    found = made(
        "class A:\n    def f(self):\n        if x:\n            t.join()\n        g()\n        t.join()\n        h()\n"
    )
    assert [mutant.fingerprint for mutant in found] == [
        Fingerprint("drop-join", "A.f", ("- t.join()", "+ pass"), 1),
        Fingerprint("drop-join", "A.f", ("- t.join()",), 1),
    ]
    assert [mutant.line for mutant in found] == [4, 6]
    twice = made("def f():\n    t.join()\n    g()\n    t.join()\n    h()\n")
    assert [mutant.fingerprint.occurrence for mutant in twice] == [1, 2]


def test_a_fingerprint_survives_edits_elsewhere() -> None:
    """What is written before, after and around, and how deep the line is, changes nothing."""
    before = made("def f():\n    g()\n    t.join()\n")
    after = made(
        "import x\n\ndef f():\n    # why\n    k()\n    if y:\n        g(1)\n        t.join()\n        g(2)\n    h()\n"
    )
    assert [mutant.fingerprint for mutant in before] == [mutant.fingerprint for mutant in after]
    assert before[0].line != after[0].line


def test_a_fingerprint_does_not_depend_on_the_version_of_python() -> None:
    """Quotes, brackets and blanks, which versions of Python write differently, are not compared."""
    one = Fingerprint("o", "f", ('- f("it\'s", (1, 2))',))
    assert one.key == Fingerprint("o", "f", ("- f('it\\'s',  1, 2)",)).key
    assert one.key != Fingerprint("o", "f", ("- f('it', 1, 3)",)).key
    assert one.key != Fingerprint("o", "f", one.change, 2).key


def test_a_change_of_indentation_alone_is_a_change() -> None:
    """A line that only moves out of a block is told as one that went and one that came."""
    (early,) = made("def f():\n    with l:\n        a()\n        b()\n", "release-early")
    assert early.fingerprint.change == ("- b()", "+ b()")
    assert early.diff == ["          a()", "-         b()", "+     b()"]


def test_a_diff_shows_few_lines() -> None:
    """Lines that only move sideways aren't told as changed, and one line around each change is shown."""
    (mutant,) = made("def f():\n    with l:\n        a()\n        b()\n        c()\n    d()\n", "drop-lock")
    assert mutant.diff == ["  def f():", "-     with l:", "      a()"]
    first, *_ = made("import threading\nx = 1\ny = 2\nt = threading.Thread(target=f)\n", "processes-for-threads")
    assert first.diff == [
        "+ import multiprocessing",
        "  import threading",
        "...",
        "  y = 2",
        "- t = threading.Thread(target=f)",
        "+ t = multiprocessing.Process(target=f)",
    ]


def test_equal_mutants_count_once() -> None:
    """What one operator has made, no other makes again; nor is what doesn't compile a mutant."""
    source = "def f():\n    try:\n        g()\n    finally:\n        l.release()\n"
    texts = [mutant.source for mutant in mutants(source)]
    assert len(texts) == len(set(texts))
    assert made("async def f():\n    return [g(await x()) for y in z]\nf(await_)\n", "drop-await")
    assert not made("while x:\n    c.wait()\n    break\n", "wait-once")


def test_a_record_is_read_as_it_is_printed(tmp_path: Path) -> None:
    """The lines that are printed for a survivor record it, once a reason is there."""
    course = TinyCourse(tmp_path)
    fingerprint = Fingerprint("drop-join", "", ('- f("\\\\ü")', "+ pass"), 2)
    lines = as_record("adding/fundamentals", "variant a", fingerprint)
    assert lines[-1] == 'reason = ""'
    course.write("tests/equivalents.toml", "\n".join([*lines[:-1], 'reason = "It is."']))
    (record,) = read_equivalents(course.course)
    assert (record.exercise, record.origin, record.reason) == ("adding/fundamentals", "variant a", "It is.")
    assert record.fingerprint == fingerprint


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("nonsense", "tests/equivalents.toml can't be read: "),
        ("a = 1", "tests/equivalents.toml must hold [[equivalent]] tables and nothing else"),
        ("equivalent = 1", "tests/equivalents.toml must hold [[equivalent]] tables and nothing else"),
        ("equivalent = [1]", "tests/equivalents.toml: record 1 is no table"),
        (RECORD.replace("reason", "because"), "tests/equivalents.toml: record 1 has 'because', which means nothing"),
        (RECORD.replace("No job takes longer.", " "), "tests/equivalents.toml: record 1 has no reason"),
        (RECORD.replace('"solution"', "1"), "tests/equivalents.toml: record 1 has no origin"),
        (
            RECORD.replace('"- thread', '1, "- thread'),
            "tests/equivalents.toml: record 1 has no change, a list of lines",
        ),
        (RECORD + "occurrence = 0", "tests/equivalents.toml: record 1 has an occurrence that is no number from 1 on"),
        (RECORD + RECORD, "tests/equivalents.toml: record 2 is there twice: adding/fundamentals solution: "),
    ],
)
def test_a_record_that_says_too_little(tmp_path: Path, text: str, said: str) -> None:
    """A file that isn't as it must be is refused as a whole, and the message says where it is wrong."""
    course = TinyCourse(tmp_path)
    course.write("tests/equivalents.toml", text)
    with pytest.raises(CorruptEquivalentsError) as raised:
        read_equivalents(course.course)
    assert str(raised.value).startswith(said)


def test_what_checks_find_is_killed_and_the_rest_survives(found: Mutation) -> None:
    """Each mutant is judged by the suite: it's killed if any check fails, and survives if all pass."""
    (trials,) = found.trials.values()
    fates = {trial.mutant.operator.name: trial.fate for trial in trials if trial.entry.kind == "solution"}
    assert fates == {
        **dict.fromkeys(["drop-join", "run-in-caller", "abandon-daemons", "processes-for-threads"], "killed"),
        **dict.fromkeys(["join-with-a-limit", "call-instead-of-passing"], "survived"),
    }
    assert (found.problems, found.faults) == ([], [])


def test_what_is_told(found: Mutation) -> None:
    """Numbers for each operator; each survivor with its line, its change, and how to record it."""
    lines = printed(found)
    assert lines[:3] == [
        "adding/fundamentals: made, killed, survived",
        "  drop-join                   1     1     0",
        "  join-with-a-limit           1     0     1",
    ]
    begin = lines.index(
        "! adding/fundamentals solution, line 12: join-with-a-limit. What takes longer than a second isn't waited for."
    )
    assert lines[begin + 1 : begin + 16] == [
        "              thread.start()",
        "    -         thread.join()",
        "    +         thread.join(1)",
        "          return results",
        "  No check fails it. Write one, or say why it is right:",
        "    [[equivalent]]",
        '    exercise = "adding/fundamentals"',
        '    origin = "solution"',
        '    operator = "join-with-a-limit"',
        '    function = "run"',
        "    change = [",
        '        "- thread.join()",',
        '        "+ thread.join(1)",',
        "    ]",
        '    reason = ""',
    ]
    assert lines[-1] == "6 mutants: 4 killed, 0 equivalent, 2 survivors, no problem"


def test_the_exit_code_is_1_until_every_survivor_is_recorded(
    threads: TinyCourse, found: Mutation, capsys: pytest.CaptureFixture[str]
) -> None:
    """Recorded survivors are told with their reason; a record that no survivor matches is a problem."""
    exercises = threads.course.exercises()
    records = [[*survivor.record[:-1], 'reason = "So it is."'] for survivor in found.survivors]
    complete = "\n".join(line for record in records for line in record)
    stale = RECORD.replace("join-with-a-limit", "drop-join")
    unknown = RECORD.replace("adding", "nothing")
    for text, code, last in (
        ("", 1, "6 mutants: 4 killed, 0 equivalent, 2 survivors, no problem"),
        (complete, 0, "6 mutants: 4 killed, 2 equivalent, 0 survivors, no problem"),
        (complete + dedent(stale), 1, "6 mutants: 4 killed, 2 equivalent, 0 survivors, 1 problem"),
        (complete + dedent(unknown), 1, "6 mutants: 4 killed, 2 equivalent, 0 survivors, 1 problem"),
        (complete + "nonsense", 1, "6 mutants: 4 killed, 0 equivalent, 2 survivors, 1 problem"),
    ):
        threads.write("tests/equivalents.toml", text)
        assert verify_mutants(threads.course, exercises) == code
        told = capsys.readouterr().out.splitlines()
        assert told[-1] == last
        assert ("equivalent: So it is." in "\n".join(told)) == (text.startswith(complete) and "nonsense" not in text)
        if text.endswith(dedent(stale)):
            assert told[-2] == (
                "! tests/equivalents.toml records what is no survivor, so take it out: adding/fundamentals solution: "
                "drop-join in run (- thread.join() | + thread.join(1))"
            )
        if text.endswith(dedent(unknown)):
            assert told[-2] == "! tests/equivalents.toml names nothing/fundamentals, which is no exercise"
    # The file belongs to the course.
    assert not any("equivalents.toml" in problem for problem in threads.verify().problems)
    threads.write("tests/equivalents.toml", None)


def test_records_of_other_exercises_are_left_alone(tmp_path: Path) -> None:
    """What is recorded of an exercise that isn't judged now is no problem."""
    course = TinyCourse(tmp_path)
    first, other = course.add("adding"), course.add("other")
    course.write("tests/equivalents.toml", RECORD)
    assert mutation(course.course, [other], lambda _done, _total: None).problems == []
    assert len(mutation(course.course, [first], lambda _done, _total: None).problems) == 1


def test_nothing_follows_from_mutants_of_what_is_wrong_itself(tmp_path: Path) -> None:
    """A solution that fails a check is the fault; its mutants aren't judged, nor records called stale."""
    course = TinyCourse(tmp_path)
    course.add("adding", solution=IN_THREADS.replace("return results", "return results[::-1]"))
    course.write("tests/equivalents.toml", RECORD)
    found = tried(course)
    assert found.faults == ["adding/fundamentals solution: doesn't pass test_order; say what with: verify"]
    assert found.problems == []
    assert printed(found)[-1] == "0 mutants: 0 killed, 0 equivalent, 0 survivors, 1 problem"
    assert verify_mutants(course.course, course.course.exercises()) == 3


def test_what_could_not_be_judged_is_the_graders_fault(tmp_path: Path) -> None:
    """A check that goes wrong itself for a mutant is told with the mutant, which neither survives nor is killed."""
    course = TinyCourse(tmp_path)
    broken = '''
        """A suite that can't judge what takes no time."""

        from grader.lab import call, check, expect, jobs


        @check("Two jobs of 1 s take 2 s", task=1, points=10, scenario=call("run", jobs(2, seconds=1)))
        def test_time(seen):
            assert 1 / seen.seconds
    '''
    course.add("adding", solution=IN_THREADS, suite=broken, variant=None)
    found = tried(course)
    assert found.faults[0].startswith("adding/fundamentals drop-join in line 12: test_time could not be judged: Zero")
    assert any(trial.fate == "unjudged" for trials in found.trials.values() for trial in trials)


def test_mutants_and_record_exclude_each_other(capsys: pytest.CaptureFixture[str]) -> None:
    """Mutants are judged instead of the corpus, so there is nothing to record: bad usage."""
    with pytest.raises(SystemExit) as ended:
        main(["verify", "--mutants", "--record"])
    assert ended.value.code == BAD_INPUT
    assert "not allowed with" in capsys.readouterr().err
