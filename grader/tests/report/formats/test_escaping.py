"""Text stays text, whatever it says, in each place where other systems show it."""

from __future__ import annotations

import html as entities
import re

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from grader.lab.safe import clean
from grader.report.formats._escaping import clipped, command_property, command_text, fenced, html, log_line, markdown

MARKDOWN = MarkdownIt("commonmark").enable("table")
cleaned = st.text().map(clean)
"""What reaches the escaping: one line in which everything can be seen."""
lines = st.lists(cleaned, min_size=1).map("\n".join)


@given(cleaned)
def test_a_line_of_markdown_has_no_markup(line: str) -> None:
    """In a column of a table, a text is what it was: no emphasis, no tag, no link, and no further column."""
    text = f"x {line} x"
    tokens = MARKDOWN.parse(f"| head |\n|---|\n| {markdown(text)} |")
    (cell,) = [token for token, opening in zip(tokens[1:], tokens, strict=False) if opening.type == "td_open"]
    assert {child.type for child in cell.children or []} <= {"text", "text_special"}
    shown = "".join(child.content for child in cell.children or [])
    assert shown.split() == text.split()


@given(cleaned)
def test_a_line_of_markdown_names_nobody(line: str) -> None:
    """GitHub's own: no mention, no reference to an issue, no address that becomes a link."""
    escaped = markdown(line)
    assert "@" not in escaped
    assert not re.search(r"(?<!\\)#|(?<!\\):|www\.", re.sub(r"&#64;", "", escaped), re.IGNORECASE)


@given(lines)
def test_a_fence_holds_every_text(text: str) -> None:
    """A fenced block is one block, and holds the text to the letter."""
    (block,) = MARKDOWN.parse(fenced(text))
    assert (block.type, block.content) == ("fence", f"{text}\n")


@given(cleaned)
def test_html_is_text(line: str) -> None:
    """In HTML, a text has no tags and no entities of its own, and it is back as it was when shown."""
    escaped = html(line)
    assert not set(escaped) & set('<>"`@|')
    assert entities.unescape(escaped) == line


@given(st.text(), st.text())
def test_a_command_is_one_line(value: str, text: str) -> None:
    """Whatever a command's property and text are, the command is one line and ends where it should."""
    command = f"::error title={command_property(value)},line=1::{command_text(text)}"
    assert not re.search(r"[\r\n]", command)
    _, properties, rest = command.split("::", 2)
    assert properties.count(",") == 1
    assert rest.replace("%0A", "\n").replace("%0D", "\r").replace("%25", "%") == text


@given(cleaned)
def test_no_line_is_a_command_to_the_log(line: str) -> None:
    """GitHub's runner obeys `::` behind blanks, and `##[` anywhere: no line has them there."""
    written = log_line(line)
    assert not written.lstrip().startswith("::")
    assert not re.search(r"##\w*\[", written)
    assert log_line("  ::notice::x") == r"  :\x3anotice::x"


@given(st.text(), st.integers(20, 60))
def test_what_is_left_out_is_said(text: str, limit: int) -> None:
    """A text that is too long is cut, and says so; another is left alone."""
    short = clipped(text, limit)
    assert len(short) <= limit
    assert short == text if len(text) <= limit else short.endswith("(clipped)")
