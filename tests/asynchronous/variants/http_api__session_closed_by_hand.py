"""Closes the session by hand in finally, after the tasks; a ClientTimeout for each request."""

import asyncio
from collections.abc import Sequence

import aiohttp

from grader.lab import ApiCase, ApiResult

Gate = asyncio.Semaphore | None


async def _fetch(session: aiohttp.ClientSession, case: ApiCase, gate: Gate) -> ApiResult:
    if gate is not None:
        await gate.acquire()
    try:
        what = {"json": case.payload, "headers": case.headers}
        response = await session.post(case.url, timeout=aiohttp.ClientTimeout(total=5), **what)
        try:
            return ApiResult(response.status, await response.json(), None)
        finally:
            response.release()
    except Exception as error:
        return ApiResult(None, None, repr(error))
    finally:
        if gate is not None:
            gate.release()


async def send_all(cases: Sequence[ApiCase], limit: int | None = None) -> list[ApiResult]:
    gate = None if limit is None else asyncio.Semaphore(limit)
    session = aiohttp.ClientSession()
    tasks = [asyncio.create_task(_fetch(session, case, gate)) for case in cases]
    try:
        if tasks:
            await asyncio.wait(tasks)
        return [task.result() for task in tasks]
    finally:
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)
        await session.close()
