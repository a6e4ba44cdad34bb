"""An event loop that waits for a pool of processes."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")


async def gather_all(function: Callable[[Any], T], arguments: Sequence[Any], size: int) -> list[Any]:
    loop = asyncio.get_running_loop()
    with ProcessPoolExecutor(size) as pool:
        return await asyncio.gather(
            *(loop.run_in_executor(pool, function, argument) for argument in arguments), return_exceptions=True
        )


def run_in_processes(function: Callable[[Any], T], arguments: Sequence[Any], processes: int | None = None) -> list[T]:
    if not arguments:
        return []
    answers = asyncio.run(gather_all(function, arguments, processes or len(arguments)))
    for answer in answers:
        if isinstance(answer, Exception):
            raise answer
    return answers
