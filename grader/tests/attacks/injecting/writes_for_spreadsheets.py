"""Writes what a spreadsheet takes for a formula, and what ends a cell.

says: It raised
"""

import sys
import threading

TEXT = "=HYPERLINK(\"http://evil.test\",\"10\")\n+1+cmd|\' /C calc\'!A0\n-2+3\n@SUM(1)\t=1\r\n\",10,10\n;10;\x09=1"


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
