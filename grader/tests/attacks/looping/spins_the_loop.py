"""Never lets its event loop go round again.

exercise: asynchronous/http_api
says: Your program computed without end, in line 12, and had to be stopped.
"""

import asyncio


async def send_all(cases, limit=None):
    async def spin():
        while True:
            pass

    await asyncio.gather(*[spin() for case in cases])
