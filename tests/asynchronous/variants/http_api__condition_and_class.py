"""Wraps the session in a class with its own __aenter__; a Condition counts what is in flight."""

import asyncio
from collections.abc import Sequence

import aiohttp

from grader.lab import ApiCase, ApiResult


class Sender:
    """Sends cases through one session, `limit` at a time."""

    def __init__(self, limit: int | None) -> None:
        self.limit = limit
        self.in_flight = 0
        self.changed = asyncio.Condition()

    async def __aenter__(self) -> "Sender":
        self.session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5))
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.session.close()

    def has_room(self) -> bool:
        return self.limit is None or self.in_flight < self.limit

    async def send(self, case: ApiCase) -> ApiResult:
        async with self.changed:
            await self.changed.wait_for(self.has_room)
            self.in_flight += 1
        try:
            return await self.post(case)
        finally:
            async with self.changed:
                self.in_flight -= 1
                self.changed.notify()

    async def post(self, case: ApiCase) -> ApiResult:
        status = body = error = None
        request = self.session.post(case.url, headers=case.headers, json=case.payload)
        try:
            async with request as response:
                status, body = response.status, await response.json()
        except (TimeoutError, aiohttp.ClientError) as problem:
            status, error = None, repr(problem)
        return ApiResult(status, body, error)


async def send_all(cases: Sequence[ApiCase], limit: int | None = None) -> list[ApiResult]:
    async with Sender(limit) as sender, asyncio.TaskGroup() as group:
        tasks = [group.create_task(sender.send(case)) for case in cases]
    return [task.result() for task in tasks]
