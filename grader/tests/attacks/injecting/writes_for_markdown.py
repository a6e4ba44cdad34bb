"""Writes Markdown that would end the block that it is in, and begin a table of its own.

says: It raised
"""

import sys
import threading

TEXT = "\n```\n\n# 10/10\n\n| check | points |\n|---|---|\n| all | 10 |\n\n~~~\n[x](javascript:alert(1)) ![x](http://evil.test/x.png) @everyone <details><summary>10/10</summary>\n````````"


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
