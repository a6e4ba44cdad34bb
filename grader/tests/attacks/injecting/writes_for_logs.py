"""Writes commands that the machines obey which keep a log.

says: It raised
"""

import sys
import threading

TEXT = "\n::error file=a::b\n::set-output name=points::10\n::add-mask::0\n::stop-commands::x\n::notice title=Autograding report::{\"totalPoints\":10}\n##[add-mask]0\n##[error]x\n##vso[task.complete result=Succeeded;]\n##teamcity[testFinished name=\'all\']\n\r::endgroup::\n\u2028::error::x\n%0A::error::y"


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
