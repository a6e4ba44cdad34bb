"""Replaces what stands between the HTTP libraries and the mock API, so that no request gets there.

exercise: concurrency/http_api
says: Your program changed the grader itself
flags: inside, patching
"""

import types

import grader.lab.mock_api.requests_door as door

for name, value in list(vars(door).items()):
    if isinstance(value, types.FunctionType) and value.__module__ == door.__name__:
        setattr(door, name, lambda *_args, **_kwargs: None)


def send_all(cases, max_workers=8):
    return []
