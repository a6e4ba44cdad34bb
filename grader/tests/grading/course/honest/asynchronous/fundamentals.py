"""An honest solution."""

import asyncio


async def run_all(jobs):
    """Run all jobs at once."""
    return await asyncio.gather(*[job() for job in jobs])
