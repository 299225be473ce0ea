"""`%fs`: the methods of `dbutils.fs` as commands."""

import inspect
import shlex

from emulator.errors import NotInEmulator

_COMMANDS = ("ls", "head", "put", "cp", "mv", "rm", "mkdirs")
_FLAGS = {"-r": ("recurse", True), "--recurse": ("recurse", True), "--overwrite": ("overwrite", True)}


def run_fs_command(fs, line):
    """Runs `ls PATH` and the like, and prints what comes of it."""
    name, *words = shlex.split(line) or [""]
    if name not in _COMMANDS:
        raise NotInEmulator(f"%fs {name}")
    method = getattr(fs, name)
    flags = dict(_FLAGS[word] for word in words if word in _FLAGS)
    positional = [word for word in words if word not in _FLAGS]
    inspect.signature(method).bind(*positional, **flags)
    result = method(*positional, **flags)
    for entry in result if isinstance(result, list) else [result]:
        print(entry)
