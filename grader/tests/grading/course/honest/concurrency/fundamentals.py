"""An honest solution."""

from concurrent.futures import ThreadPoolExecutor


def run_concurrently(jobs):
    """Run every job in a thread of its own."""
    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(lambda job: job(), jobs))
