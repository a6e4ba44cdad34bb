"""Returns, raises and prints what is no text: lone surrogates, NULs and what no encoding has.

says: The result of job 1 is wrong.
"""

import sys

ODD = "\ud800\udfff\x00\ufffe\uffff\U0010ffff\x7f\x9b31m"


def run_concurrently(jobs):
    sys.stdout.buffer.write(b"\xff\xfe\x00\xc0\x80\xed\xa0\x80")
    sys.stderr.write(ODD.encode("utf-8", "surrogatepass").decode("latin-1"))
    if len(jobs) == 5:
        raise RuntimeError(ODD)
    return [{ODD: ODD}, ODD, [ODD]][: len(jobs)]
