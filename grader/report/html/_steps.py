"""The order in which the threads' lines ran: a list with a column for each thread, which the script steps through."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.report.html._markup import Markup, element, join, text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.lab.failure import StepNote

_COLUMNS = 4
_NAME_LETTERS = 24
_SOURCE_LETTERS = 120


def step_list(steps: Sequence[StepNote]) -> Markup:
    """Show steps in their order; nothing if there are none."""
    if not steps:
        return join()
    threads = list(dict.fromkeys(step.thread for step in steps))
    columns = {thread: min(number, _COLUMNS) for number, thread in enumerate(threads, 1)}
    heads = [
        element("li", text(thread, _NAME_LETTERS), class_=f"th-{columns[thread]}") for thread in threads[:_COLUMNS]
    ]
    items = [_step(number, step, columns[step.thread]) for number, step in enumerate(steps, 1)]
    return element(
        "div",
        element("h4", "The order in which the lines ran"),
        element("ul", *heads, class_=f"threads of-{len(heads)}", aria_hidden="true"),
        element("ol", *items, class_=f"step-list of-{len(heads)}"),
        class_="steps",
    )


def _step(number: int, step: StepNote, column: int) -> Markup:
    card = [
        element(
            "p",
            element("span", f"{number}", class_="number"),
            element("b", text(step.thread, _NAME_LETTERS)),
            " ",
            element("span", f"line {step.line}", class_="at"),
            class_="who",
        ),
        element("code", text(step.source, _SOURCE_LETTERS)),
    ]
    if step.did:
        card.append(element("p", step.did, class_="did"))
    if step.clash:
        card.append(element("p", "One of the two lines that collided", class_="clashes"))
    return element("li", element("div", *card, class_=f"card th-{column}{' clash' if step.clash else ''}"))
