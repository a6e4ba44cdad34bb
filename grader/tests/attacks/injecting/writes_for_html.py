"""Writes HTML that would run, load or hide something in a page.

says: It raised
"""

import sys
import threading

TEXT = "</pre></td></table><script>alert(1)</script><img src=x onerror=alert(1)><style>*{display:none}</style><!--<svg/onload=alert(1)>&#x3c;script&#x3e;" + "\"\'><iframe src=javascript:alert(1)>"


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
