"""Calls of the emulator that surrounds the interpreter. Each waits for its reply; the methods are in `host/host-calls.ts`."""

import json

from emulator.errors import error_of

_connection = None


def connect(call):
    """`call(method, arguments as JSON)` returns `{"value": …}` or `{"error": …}` as JSON."""
    global _connection
    _connection = call


def call(method, **arguments):
    """The value of a reply; raises what `errors.error_of` makes of an error."""
    reply = json.loads(_connection(method, json.dumps(arguments)))
    if "error" in reply:
        raise error_of(reply["error"])
    return reply["value"]
