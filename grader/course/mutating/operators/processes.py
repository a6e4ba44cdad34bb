"""Mistakes with processes: threads in their place, or a start method that only some systems have."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from grader.course.mutating.operator import operator
from grader.course.mutating.program import Edit, Program, calls, expression, last_name, remade

if TYPE_CHECKING:
    from collections.abc import Iterator

_THREADS = {
    "ProcessPoolExecutor": "concurrent.futures.ThreadPoolExecutor",
    "Process": "threading.Thread",
    "Pool": "multiprocessing.pool.ThreadPool",
}
_PROCESSES = {
    "ThreadPoolExecutor": "concurrent.futures.ProcessPoolExecutor",
    "Thread": "multiprocessing.Process",
    "ThreadPool": "multiprocessing.Pool",
}
_FORK = "multiprocessing.get_context('fork')"
_OPTIONS_OF_PROCESSES = frozenset({"mp_context", "max_tasks_per_child"})


@operator
def threads_for_processes(program: Program) -> Iterator[Edit]:
    """Threads do what processes should."""
    for call in calls(program.tree, *_THREADS):
        kept = [option for option in call.keywords if option.arg not in _OPTIONS_OF_PROCESSES]
        yield _replaced(call, _THREADS[last_name(call.func)], kept)


@operator
def processes_for_threads(program: Program) -> Iterator[Edit]:
    """Processes do what threads should."""
    for call in calls(program.tree, *_PROCESSES):
        yield _replaced(call, _PROCESSES[last_name(call.func)], call.keywords)


def _replaced(call: ast.Call, name: str, options: list[ast.keyword]) -> Edit:
    made = remade(call, func=expression(name), keywords=options)
    return Edit(call, {call: [made]}, imports=(name.rpartition(".")[0],))


@operator
def only_fork(program: Program) -> Iterator[Edit]:
    """Processes are forked, which doesn't work everywhere."""
    for call in calls(program.tree, "get_context", "set_start_method"):
        yield Edit(call, {call: [remade(call, args=[ast.Constant("fork")], keywords=[])]})
    for call in calls(program.tree, "Process", "Pool"):
        forked = expression(f"{_FORK}.{last_name(call.func)}")
        yield Edit(call, {call.func: [forked]}, imports=("multiprocessing",))
    for call in calls(program.tree, "ProcessPoolExecutor"):
        others = [option for option in call.keywords if option.arg != "mp_context"]
        context = ast.keyword("mp_context", expression(_FORK))
        yield Edit(call, {call: [remade(call, keywords=[*others, context])]}, imports=("multiprocessing",))
