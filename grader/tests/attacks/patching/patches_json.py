"""Replaces the writers of JSON by one that writes a better answer.

says: Your program's answer could not be read
flags: inside, patching
"""

import json

import msgspec

BETTER = b'{"outcome":"returned","value":[1,2,3],"elapsed":2000000000}'


class Better(json.JSONEncoder):
    def encode(self, value):
        return BETTER.decode()


json.dumps = lambda *args, **kwargs: BETTER.decode()
json.JSONEncoder = json.encoder.JSONEncoder = Better
json._default_encoder = Better()
msgspec.json.encode = lambda *args, **kwargs: BETTER


def run_concurrently(jobs):
    return [1, 2, 3]
