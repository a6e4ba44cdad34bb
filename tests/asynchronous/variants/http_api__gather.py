"""Gathers one coroutine per case; the session's ClientTimeout; a null context for no limit."""

import asyncio
import contextlib
from collections.abc import Sequence

import aiohttp

from grader.lab import ApiCase, ApiResult


async def send_all(cases: Sequence[ApiCase], limit: int | None = None) -> list[ApiResult]:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as session:
        gate = contextlib.nullcontext() if limit is None else asyncio.Semaphore(limit)

        async def send(case: ApiCase) -> ApiResult:
            async with gate:
                request = session.post(case.url, headers=case.headers, json=case.payload)
                try:
                    async with request as response:
                        return ApiResult(response.status, await response.json(), None)
                except TimeoutError:
                    return ApiResult(None, None, "no answer within 5 seconds")
                except aiohttp.ClientError as error:
                    return ApiResult(None, None, f"{type(error).__name__}: {error}")

        return await asyncio.gather(*(send(case) for case in cases))
