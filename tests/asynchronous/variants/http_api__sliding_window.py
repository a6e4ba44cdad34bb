"""Keeps a window of tasks full: when one ends, starts the next; counts with no semaphore."""

import asyncio
from collections.abc import Sequence

import aiohttp

from grader.lab import ApiCase, ApiResult

NO_ANSWER_AFTER = 5


async def _send(session: aiohttp.ClientSession, case: ApiCase) -> ApiResult:
    try:
        async with (
            asyncio.timeout(NO_ANSWER_AFTER),
            session.post(case.url, json=case.payload, headers=case.headers) as response,
        ):
            body = await response.json()
    except TimeoutError:
        return ApiResult(None, None, "time-out")
    except aiohttp.ClientError as error:
        return ApiResult(None, None, repr(error))
    return ApiResult(response.status, body, None)


async def send_all(cases: Sequence[ApiCase], limit: int | None = None) -> list[ApiResult]:
    width = limit or len(cases)
    started: list[asyncio.Task[ApiResult]] = []
    in_flight: set[asyncio.Task[ApiResult]] = set()
    async with aiohttp.ClientSession() as session:
        try:
            for case in cases:
                if len(in_flight) == width:
                    first = asyncio.FIRST_COMPLETED
                    _, in_flight = await asyncio.wait(in_flight, return_when=first)
                task = asyncio.create_task(_send(session, case))
                started.append(task)
                in_flight.add(task)
            return [await task for task in started]
        finally:
            for task in started:
                task.cancel()
            await asyncio.gather(*started, return_exceptions=True)
