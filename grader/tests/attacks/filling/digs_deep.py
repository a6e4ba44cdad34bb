"""Tries to leave a folder that can't be removed: too deep, not writable. It does its work.

points: 8
flags: files
"""

import os
from concurrent.futures import ThreadPoolExecutor

home = os.getcwd()
for _ in range(150):
    os.mkdir("d")
    os.chdir("d")
os.chdir(home)
os.mkdir("closed")
os.mkdir("closed/inside")
os.symlink("/", "closed/link")
os.chmod("closed", 0)
os.chmod(".", 0o500)


def run_concurrently(jobs):
    with ThreadPoolExecutor(len(jobs) or 1) as pool:
        return list(pool.map(lambda job: job(), jobs))
