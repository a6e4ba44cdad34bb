"""Writes what ends a text in XML, what it can't hold, and what it would read from elsewhere.

says: It raised
flags: system
"""

import sys
import threading

TEXT = "]]></failure></testcase><testcase name=\"all\"/><!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>&e;&#0;\x00\x0b\x0c\ufffe\ud800<![CDATA["


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
