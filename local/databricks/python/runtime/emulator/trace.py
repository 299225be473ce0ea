"""Tracebacks coloured as notebooks show them: the frames of the notebook's own code, with lines around each."""

import linecache
import traceback

from emulator.errors import describe

_RUNTIME = "/lib/databricks/"
_RED, _GREEN, _BLUE, _RESET = "\x1b[0;31m", "\x1b[0;32m", "\x1b[0;36m", "\x1b[0m"
_RULE = "-" * 75
_MAX_CAUSES = 10
_CONTEXT_LINES = 2

_BECAUSE = "\nThe above exception was the direct cause of the following exception:\n"
_DURING = "\nDuring handling of the above exception, another exception occurred:\n"


class Sources:
    """The text of every cell that has run, by the file name in its frames."""

    def __init__(self):
        self._lines = {}

    def add(self, filename, text):
        self._lines[filename] = text.splitlines()
        linecache.cache[filename] = (len(text), None, text.splitlines(True), filename)

    def get(self, filename):
        return self._lines.get(filename)

    def forget(self):
        for filename in self._lines:
            linecache.cache.pop(filename, None)
        self._lines.clear()


def trace(error, sources):
    """The traceback of an error, after those of its causes."""
    parts = []
    for number, (cause, joint) in enumerate(_chain(error)):
        head = [f"{_RED}{_RULE}{_RESET}"] if number == 0 else []
        parts.append("\n".join([*head, *_one(cause, sources), *([joint] if joint else [])]))
    return "\n".join(parts)


def _chain(error):
    chain = [(error, None)]
    while len(chain) < _MAX_CAUSES:
        last = chain[0][0]
        if last.__cause__ is not None:
            chain.insert(0, (last.__cause__, _BECAUSE))
        elif last.__context__ is not None and not last.__suppress_context__:
            chain.insert(0, (last.__context__, _DURING))
        else:
            break
    return chain


def _one(error, sources):
    name, message = describe(error)
    lines = [f"{_RED}{name}{_RESET}{' Traceback (most recent call last)'.rjust(75 - len(name))}"]
    for frame in _frames(error, sources):
        lines.extend(_frame(frame, sources))
    if isinstance(error, SyntaxError) and sources.get(error.filename) is not None:
        lines.append(f"  File {_GREEN}{error.filename}, line {error.lineno}{_RESET}")
        lines.append(f"    {(error.text or '').rstrip()}")
        lines.append(" " * (3 + (error.offset or 1)) + "^")
    lines.append(f"\n{_RED}{name}{_RESET}{message[len(name):]}")
    return lines


def _frames(error, sources):
    """Those from the first of the notebook's own on; what is above them has only called it."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [number for number, frame in enumerate(frames) if sources.get(frame.filename) is not None]
    return frames[own[0] :] if own else frames


def _frame(frame, sources):
    source = sources.get(frame.filename)
    if source is None:
        # The emulator's own frames, and those of Pyodide around them, are no part of the notebook.
        if frame.filename.startswith((_RUNTIME, "<")) or "/_pyodide/" in frame.filename or "/pyodide/" in frame.filename:
            return []
        return [f"File {_GREEN}{frame.filename}:{frame.lineno}{_RESET}, in {_BLUE}{frame.name}{_RESET}"]
    where = "" if frame.name == "<module>" else f", in {_BLUE}{frame.name}{_RESET}"
    lines = [f"File {_GREEN}{frame.filename}, line {frame.lineno}{_RESET}{where}"]
    first, last = max(1, frame.lineno - _CONTEXT_LINES), min(len(source), frame.lineno + _CONTEXT_LINES)
    for number in range(first, last + 1):
        arrow = f"{_GREEN}----> {number}{_RESET}" if number == frame.lineno else f"{number:>7}"
        lines.append(f"{arrow} {source[number - 1]}")
    return lines
