"""Moves the cursor, rings, changes the title, the clipboard and the colours of a terminal, and makes links.

says: It raised
"""

import sys
import threading

TEXT = "\x1b[2J\x1b[1;1H\x1b]0;10/10\x07\x1b]52;c;ZWNobyAxMA==\x07\x1b]8;;http://evil.test\x07link\x1b]8;;\x07\x9b31m\x1b[8m\r10/10\x08\x08\x07\x1bc\x1b(0"


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
