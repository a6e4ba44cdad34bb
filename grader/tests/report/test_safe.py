"""Text from a submission can't do anything but be read."""

from __future__ import annotations

import unicodedata

import pytest

from grader.lab.failure import FailureData, Lane, LineNote, Segment
from grader.lab.safe import clean, clean_lines
from grader.tests.report.made import exercise, failed, report, shown

BAR = "    │ "
FORGED = "  ✓ Five jobs of 2 s take 2 s                                                2/2"
HOSTILE = {
    "clears the screen": "\x1b[2J\x1b[H",
    "sets the title": "\x1b]0;owned\x07",
    "C1 introducer": "\x9b31m",
    "carriage return": f"x\r{FORGED}",
    "new lines": f"x\n\n{FORGED}\n",
    "other line ends": f"\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029{FORGED}",
    "backspaces": "wrong\b\b\b\b\bright",
    "right to left": "\u202e2/2 dessap\u202c \u2066\u2067\u2069\u200f",
    "not seen": "a\u200bb\u200db\ufeffc\u00add\u2060e\u3164f\u2800g\u115fh\ufe0f\U000e0041",
    "blanks that are none": "a\u00a0b\u3000c\u2003d",
    "lone surrogate": "\ud800 \udfff",
    "not assigned": "\u0378 \U000e0fff \ue000 \uffff",
    "marks on marks": "a" + "\u0301" * 500,
    "markup": "[bold red]x[/] [link=http://x]y[/link] :smile: [red",
    "workflow command": "::error file=x::y",
    "old workflow command": "x ##[add-mask]1 ##vso[task.complete result=Failed]",
    "NUL": "\0",
    "very long": "w" * 1_000_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_cleaned_text_can_be_seen_and_is_one_short_line(text: str) -> None:
    """What is left after cleaning are visible characters and blanks, of one line, in bounded number."""
    cleaned = clean(text, 300)
    assert len(cleaned) <= 300 * 10 + 1
    assert len(cleaned.splitlines()) <= 1
    assert not {unicodedata.category(character) for character in cleaned} & {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    assert "##[" not in cleaned
    assert "##vso[" not in cleaned
    cleaned.encode("utf-8")


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("plain text, (with) 'all' [kinds] of signs: #1 ## x", "plain text, (with) 'all' [kinds] of signs: #1 ## x"),
        ("naïve 中文 😀 ñ", "naïve 中文 😀 ñ"),
        ("\tx", "    x"),
        ("\x1b[31m", "\\x1b[31m"),
        ("\u202ex\u00a0y", "\\u202ex\\xa0y"),
        ("\ud800", "\\ud800"),
        ("e\u0301\u0301\u0301\u0301", "e\u0301\u0301\\u0301\\u0301"),
        ("##[group]", "#\\x23[group]"),
        ("abcdef", "abc…"),
    ],
)
def test_what_cleaning_makes_of_it(text: str, cleaned: str) -> None:
    """Letters of any language stay; what can't be seen becomes its escape; what is too long is marked."""
    assert clean(text, 3 if cleaned.endswith("…") else 200) == cleaned


def test_the_last_lines_are_kept() -> None:
    """Of many lines the last are shown, and that there were more."""
    assert clean_lines("1\r\n2\n3\n\n", 2) == ["…", "2", "3"]
    assert clean_lines("1\n2", 2) == ["1", "2"]
    assert clean_lines("", 2) == []


@pytest.mark.parametrize("locale", ["en_US.UTF-8", "C"])
@pytest.mark.parametrize("width", [50, 80])
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_no_text_of_a_submission_can_pass_for_a_result(text: str, width: int, locale: str) -> None:
    """Whichever part of a failure holds it, every line that shows it begins with the bar, and no other line changes."""
    marker = "HOSTILE"
    text = f"{marker} {text} {marker}"
    failure = FailureData(
        verdict=text,
        called=text,
        observed=text,
        expected=text,
        lines=[LineNote(1, text, text)],
        timeline=[Lane(text, [Segment(0, 1, "job")])],
        question=text,
        output=f"{text}\n" * 9,
    )
    quiet = FailureData(verdict="x")
    lines = shown(report(exercise(failed(failure))), width=width, locale=locale).split("\n")
    bar = BAR if locale != "C" else BAR.replace("│", "|")
    outside = [line for line in lines if not line.startswith(bar)]
    harmless = shown(report(exercise(failed(quiet))), width=width, locale=locale).split("\n")
    assert outside == [line for line in harmless if not line.startswith(bar)]
    assert all(character.isprintable() for line in lines for character in line)
    assert marker in "".join(lines)


def test_what_a_program_printed_is_quoted() -> None:
    """A line that looks like a result is visibly a quotation, also where it had to be wrapped."""
    failure = FailureData(verdict="No.", output=f"{FORGED}\nTotal  10/10\n")
    lines = shown(report(exercise(failed(failure)))).splitlines()
    first = next(index for index, line in enumerate(lines) if "printed" in line)
    assert lines[first : first + 3] == [
        "    │ printed   >   ✓ Five jobs of 2 s take 2 s",
        "    │           > 2/2",
        "    │           > Total  10/10",
    ]


def test_markup_is_text() -> None:
    """What would be markup to the library that prints is shown as it is written."""
    assert "    │ [bold red]x[/] [red :smile:\n" in shown(
        report(exercise(failed(FailureData(verdict="[bold red]x[/] [red :smile:"))))
    )
