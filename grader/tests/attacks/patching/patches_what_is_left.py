"""Leaves threads behind, and has nobody find them.

says: The result of job 1 is wrong.
flags: objects, patching
"""

import gc
import threading
import warnings

gc.get_objects = gc.get_referrers = lambda *args: []
gc.disable()
warnings.showwarning = warnings.warn = lambda *args, **kwargs: None
threading.enumerate = lambda: []
threading._active.clear()
threading._shutdown = lambda: None


def run_concurrently(jobs):
    for job in jobs:
        threading.Thread(target=job, daemon=True).start()
    return [None] * len(jobs)
