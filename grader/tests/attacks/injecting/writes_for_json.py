"""Writes what ends a text in JSON, and what some readers of it take for something else.

says: It raised
"""

import sys
import threading

TEXT = "\",\"points\":10,\"x\":\"\\u0000\\ud800\\\\\", NaN, Infinity, __proto__ </script> \u2028 \ufeff" + "{" * 1_000


class Error(Exception):
    pass


Error.__name__ = Error.__qualname__ = TEXT.replace("\0", "").encode("utf-8", "replace").decode()


def run_concurrently(jobs):
    print(TEXT.encode("utf-8", "replace").decode(), file=sys.stderr, flush=True)
    sys.stdout.buffer.write(TEXT.encode("utf-8", "surrogatepass"))
    if len(jobs) == 3:
        return [TEXT, {TEXT: TEXT}, Error()]
    if len(jobs) == 4:
        thread = threading.Thread(target=threading.Event().wait, name=TEXT)
        thread.start()
        thread.join()
    raise Error(TEXT)  # ::error::in the source [2J ``` <script> ]]> =1
