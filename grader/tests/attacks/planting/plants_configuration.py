"""Hands in a conftest.py, a pytest.ini and more beside its exercise, in each folder.

says: The jobs were never run.
"""


def run_concurrently(jobs):
    return []
